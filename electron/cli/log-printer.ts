import type { ConsoleName } from '@shared/consoles/console-name.js';
import { LogText, runEndText, runHeadText } from '@shared/consoles/log-text.js';
import { TerminalSieve } from '@shared/consoles/terminal-sieve.js';
import type { LogForm } from '@shared/consoles/logs.js';
import type { StreamEvent } from '@shared/api/messages.js';
import { failure } from '@shared/errors/paddock-error.js';
import { encodeUtf8 } from '@shared/text-codec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import type { Session } from './session.js';

/** Entries of the index in one answer. */
const TIMES_MAX = 10_000;

/** How a log is to be printed. */
export interface LogPrint {
  console: ConsoleName;
  /** null: all runs. */
  run: number | null;
  form: LogForm;
  /** Goes on with what comes. */
  follow: boolean;
}

/** Prints a console's log on stdout, from the beginning of its first kept run, or of one run, to its end now or for ever. */
export async function printLog(
  session: Session,
  vm: VmView,
  { console, run, form, follow }: LogPrint,
): Promise<void> {
  const { client } = session;
  const { runs } = await client.must('logs.outline', { id: vm.id, console });
  if (run !== null && !runs.some((one) => one.run === run))
    throw failure('run-unknown', { name: vm.name, run });
  const attach = { vmId: vm.id, console, tailBytes: 0, fromRun: run ?? 1 };
  const { streamId } = await client.must('consoles.attach', attach);
  const times = new LineTimes(session, vm, console);
  const printer = new Printer(form, times, run === null);
  // One after the other: what comes while a time is asked for waits.
  let last: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const then = (work: () => Promise<boolean>): void => {
      last = last.then(work).then((isOver) => isOver && resolve(), reject);
    };
    client.listen(streamId, {
      onOutput: (bytes) =>
        then(async () => {
          await printer.output(bytes);
          client.ack(streamId, bytes.length);
          return false;
        }),
      onEvent: (event) =>
        then(async () => {
          // A run that isn't wanted: the wanted one is over, however long that of the stream goes on.
          if (event.event === 'console.runStart' && run !== null && event.run !== run) return true;
          await printer.event(event);
          if (event.event === 'console.runEnd') return run !== null;
          return event.event === 'console.live' && !follow;
        }),
    });
    session
      .until((state) => (state.vms[vm.id] ? null : true))
      .then(
        () => then(async () => true),
        () => then(async () => true),
      );
  });
  await printer.end();
}

/** When each line came, as far as it was asked for. */
class LineTimes {
  private run = 0;
  private times: { offset: number; at: number | null }[] = [];
  private next = 0;

  constructor(
    private readonly session: Session,
    private readonly vm: VmView,
    private readonly console: ConsoleName,
  ) {}

  /** Asks for the times of a run's bytes up to one. */
  async load(run: number, offset: number, to: number): Promise<void> {
    if (run === this.run && (this.times.at(-1)?.offset ?? -1) >= to) return;
    this.run = run;
    this.times = [];
    this.next = 0;
    for (let from = offset; ;) {
      const asked = { id: this.vm.id, console: this.console, run, from, limit: TIMES_MAX };
      const { times } = await this.session.client.must('logs.times', asked);
      // The first one is known already from the second time on.
      this.times.push(...(from === offset ? times : times.slice(1)));
      const reached = times.at(-1)?.offset ?? to;
      if (times.length < TIMES_MAX || reached >= to) return;
      from = reached;
    }
  }

  /** To be asked in the order of the offsets. */
  at(offset: number): number | null {
    while ((this.times[this.next + 1]?.offset ?? Infinity) <= offset) this.next += 1;
    const time = this.times[this.next];
    return time && time.offset <= offset ? time.at : null;
  }
}

class Printer {
  private text: LogText;
  private run = 0;
  private offset = 0;
  private readonly sieve = new TerminalSieve();

  constructor(
    private readonly form: LogForm,
    private readonly times: LineTimes,
    private readonly isOfManyRuns: boolean,
  ) {
    this.text = this.newText();
  }

  async output(bytes: Uint8Array): Promise<void> {
    const from = this.offset;
    this.offset += bytes.length;
    if (this.text.isRaw) return this.write(bytes);
    if (this.form.times) await this.times.load(this.run, this.text.lineOffset(from), this.offset);
    await this.write(this.text.add(bytes, from));
  }

  async event(event: StreamEvent): Promise<void> {
    switch (event.event) {
      case 'console.runStart':
        this.run = event.run;
        this.offset = event.skippedBytes;
        this.text = this.newText();
        if (this.isOfManyRuns) await this.say(`${runHeadText(event)}\n`);
        return;
      case 'console.skipped':
        this.offset += event.bytes;
        return this.say(this.text.gap(event.bytes));
      case 'console.runEnd':
        await this.end();
        if (this.isOfManyRuns) await this.say(`${runEndText(event.run, event.end)}\n`);
        return;
      // Of a follower that skips nothing, has no window and runs no command.
      case 'console.live':
      case 'console.leap':
      case 'console.viewing':
      case 'guest.ended':
    }
  }

  /** Prints the line that lacks its end. */
  async end(): Promise<void> {
    if (!this.text.isRaw) await this.write(this.text.end());
  }

  private newText(): LogText {
    return new LogText(this.form, (offset) => this.times.at(offset));
  }

  /** What the guest didn't say; not wanted among its bytes as they are. */
  private async say(words: string): Promise<void> {
    if (!this.text.isRaw) await this.write(words);
    else if (!words.startsWith('==== run')) process.stderr.write(words);
  }

  /** A log is history: on a terminal nothing in it may ask, as whoever reads stdin next would get the answer. */
  private write(what: string | Uint8Array): Promise<void> {
    if (!process.stdout.isTTY) return write(what);
    const bytes = typeof what === 'string' ? encodeUtf8(what) : what;
    return write(this.sieve.pass(bytes, { dropsQuestions: true }));
  }
}

/** Waits for who reads it: a log can be larger than the memory. */
function write(what: string | Uint8Array): Promise<void> {
  if (what.length === 0) return Promise.resolve();
  return new Promise((resolve) => void process.stdout.write(what, () => resolve()));
}
