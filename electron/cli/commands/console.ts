import { parseArgs } from 'node:util';
import { consoleNameSchema, type ConsoleName } from '@shared/consoles/console-name.js';
import { TerminalParts } from '@shared/consoles/terminal-answers.js';
import { TerminalSieve } from '@shared/consoles/terminal-sieve.js';
import { viewSizeSchema } from '@shared/consoles/view-size.js';
import { failure } from '@shared/errors/paddock-error.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { ConsoleText } from '../console-text.js';
import { detachKey, type DetachKey } from '../detach-key.js';
import { printLog } from '../log-printer.js';
import { withSession, type Session } from '../session.js';
import { UsageError, wholeNumber } from '../usage.js';
import { runNumber } from './logs.js';
import { unescapeText } from '../unescape-text.js';

/** As telnet and virsh have it. */
const DETACH_KEY = 'ctrl-]';
/** History that is shown when a console is opened, and in which an expected text may stand already. */
const TAIL_BYTES = 64 * 1024;

/** One thing to do of a script, in the order of the command line. */
type Step = { kind: 'send'; text: string } | { kind: 'expect'; pattern: RegExp };

/** `paddock console NAME [conN] ...` */
export async function consoleCommand(args: string[]): Promise<void> {
  const { positionals, tokens, values } = parseArgs({
    args,
    allowPositionals: true,
    tokens: true,
    options: {
      send: { type: 'string', multiple: true },
      expect: { type: 'string', multiple: true },
      timeout: { type: 'string', default: '30' },
      'detach-key': { type: 'string', default: DETACH_KEY },
      log: { type: 'boolean', default: false },
      run: { type: 'string' },
      follow: { type: 'boolean', default: false },
      plain: { type: 'boolean', default: false },
      times: { type: 'boolean', default: false },
    },
  });
  const [name, consoleName = 'con0', ...more] = positionals;
  if (name === undefined) throw new UsageError('the machine’s name is missing');
  if (more.length > 0) throw new UsageError(`too many words: ${more.join(' ')}`);
  const timeout = wholeNumber(values.timeout, '--timeout', 1, 86_400);
  const steps: Step[] = tokens.flatMap((token): Step[] => {
    if (token.kind !== 'option' || token.value === undefined) return [];
    if (token.name === 'send') return [{ kind: 'send', text: unescapeText(token.value) }];
    if (token.name === 'expect') return [{ kind: 'expect', pattern: toPattern(token.value) }];
    return [];
  });
  const leave = detachKey(values['detach-key']);
  const { log, follow, plain, times } = values;
  if (!log && (follow || plain || times || values.run !== undefined))
    throw new UsageError('--run, --follow, --plain and --times are for --log');
  if (log && steps.length > 0) throw new UsageError('--log takes no --send and --expect');
  const run = values.run === undefined ? null : runNumber(values.run);
  await withSession(async (session) => {
    const vm = session.vm(name);
    const known = consoleNameSchema.safeParse(consoleName);
    if (!known.success) throw failure('console-unknown', { name, console: consoleName });
    if (log)
      await printLog(session, vm, { console: known.data, run, form: { escapes: !plain, times }, follow });
    else if (steps.length > 0) await script(session, vm, known.data, steps, timeout);
    else await interactive(session, vm, known.data, leave);
  });
}

function toPattern(source: string): RegExp {
  try {
    return new RegExp(source, 'm');
  } catch (error) {
    throw new UsageError(`--expect: ${(error as Error).message}`);
  }
}

async function script(
  session: Session,
  vm: VmView,
  console: ConsoleName,
  steps: readonly Step[],
  seconds: number,
): Promise<void> {
  const { client } = session;
  const { streamId } = await client.must('consoles.attach', { vmId: vm.id, console, tailBytes: TAIL_BYTES });
  const text = new ConsoleText();
  const sieve = new TerminalSieve();
  client.listen(streamId, {
    onOutput: (bytes) => {
      text.add(bytes);
      // Nobody reads what a terminal would answer.
      process.stdout.write(process.stdout.isTTY ? sieve.pass(bytes, { dropsQuestions: true }) : bytes);
      client.ack(streamId, bytes.length);
    },
    // What an earlier run said is no answer to what is expected of this one.
    onEvent: (event) => event.event === 'console.runStart' && text.clear(),
  });
  const deadline = Date.now() + seconds * 1000;
  for (const step of steps) {
    if (step.kind === 'send') {
      if (!isLive(session.vm(vm.name).state)) throw failure('console-closed', { name: vm.name });
      text.clear();
      client.type(streamId, Buffer.from(step.text));
    } else if (!(await text.wait(step.pattern, deadline - Date.now()))) {
      process.stdout.write('\n');
      throw failure('expect-timeout', { seconds, pattern: String(step.pattern) });
    }
  }
  process.stdout.write('\n');
}

/** How a terminal is connected. */
export interface InteractiveOptions {
  /** It is over when this says so of the machine. */
  isOver?: (vm: VmView) => boolean;
  /** So much of the history is shown. */
  tailBytes?: number;
  /** What begins once the terminal hears. */
  begin?: () => Promise<void>;
}

/** Connects the terminal with a console until the key is pressed, or until what `isOver` says of its machine. */
export async function interactive(
  session: Session,
  vm: VmView,
  console: ConsoleName,
  leave: DetachKey,
  { isOver = () => false, tailBytes = TAIL_BYTES, begin = () => Promise.resolve() }: InteractiveOptions = {},
): Promise<void> {
  const { client } = session;
  const { stdin, stdout } = process;
  const { streamId } = await client.must('consoles.attach', { vmId: vm.id, console, tailBytes });
  const tellRoom = (): void => {
    const room = viewSizeSchema.safeParse({ cols: stdout.columns, rows: stdout.rows });
    if (stdout.isTTY && room.success) void client.call('consoles.view', { streamId, room: room.data });
  };
  process.stderr.write(`${console} of ${vm.name}. ${leave.name} leaves it.\r\n`);
  const sieve = new TerminalSieve();
  // What is asked in history was answered long ago; and of several who look at a console one answers.
  let isHistory = true;
  let answers = true;
  client.listen(streamId, {
    onOutput: (bytes) => {
      const shown = stdout.isTTY ? sieve.pass(bytes, { dropsQuestions: isHistory }) : bytes;
      stdout.write(shown, () => client.ack(streamId, bytes.length));
    },
    onEvent: (event) => {
      if (event.event === 'console.live') isHistory = false;
      if (event.event === 'console.viewing') answers = event.answers;
      if (event.event === 'console.runEnd') stdout.write(`\r\n-- run ${event.run} ended --\r\n`);
    },
  });
  const parts = new TerminalParts();
  const send = (bytes: Buffer): void => {
    if (!stdin.isTTY) return client.type(streamId, bytes);
    for (const { isSaid, text } of parts.take(bytes.toString('latin1'))) {
      const part = Buffer.from(text, 'latin1');
      if (!isSaid) client.type(streamId, part);
      else if (!isHistory && answers) client.answer(streamId, part);
    }
  };
  tellRoom();
  await begin();
  stdout.on('resize', tellRoom);
  stdin.setRawMode?.(true);
  try {
    await new Promise<void>((resolve) => {
      stdin.on('data', (bytes: Buffer) => {
        const detach = stdin.isTTY ? bytes.indexOf(leave.byte) : -1;
        if (detach !== 0) send(detach < 0 ? bytes : bytes.subarray(0, detach));
        if (detach >= 0) resolve();
      });
      stdin.on('end', resolve);
      // Machine deleted, host gone: nothing more can come.
      session
        .until(({ vms }) => {
          const now = vms[vm.id];
          return now && !isOver(now) ? null : true;
        })
        .then(
          () => resolve(),
          () => resolve(),
        );
    });
  } finally {
    stdin.setRawMode?.(false);
    stdin.pause();
    stdout.off('resize', tellRoom);
    process.stderr.write('\r\n');
  }
}
