import { parseArgs } from 'node:util';
import { failure } from '@shared/errors/paddock-error.js';
import { hostSetupSchema, tapText, type HostCommand, type HostSetup } from '@shared/networks/host-setup.js';
import { pathOfKernel } from '../kernel-words.js';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';

const stateTexts = {
  there: 'there',
  'gone-with-restart': 'gone: this computer was restarted',
  gone: 'gone',
} as const;

/** `paddock network host-setup ...`: what only root can make, shown, carried out, undone. */
export async function hostSetupCommand(args: string[]): Promise<void> {
  const [kind] = args;
  if (kind === undefined || kind.startsWith('-')) return list(args);
  const { values, positionals } = parseArgs({
    args: args.slice(1),
    allowPositionals: true,
    options: {
      address: { type: 'string' },
      bridge: { type: 'string' },
      interface: { type: 'string' },
      peer: { type: 'string' },
      kernel: { type: 'string' },
      show: { type: 'boolean', default: false },
      run: { type: 'boolean', default: false },
      undo: { type: 'boolean', default: false },
    },
  });
  const name = onlyWord(positionals, 'a name');
  if ([values.show, values.run, values.undo].filter(Boolean).length > 1)
    throw new UsageError('--show, --run and --undo: one of them');
  await withSession(async (session) => {
    const { client } = session;
    if (values.undo) {
      const { setups } = await client.must('hostSetups.list', {});
      if (!setups.some(({ setup }) => setup.name === name && setup.kind === kind))
        throw failure('host-setup-unknown', { name });
      await client.must('hostSetups.undo', { name });
      return void process.stdout.write(`${name} is undone\n`);
    }
    const { kernel } = values;
    const kernelPath = kernel === undefined ? undefined : await pathOfKernel(session, kernel);
    const setup = setupOf(kind, name, { ...values, kernel: kernelPath });
    if (values.run) {
      await client.must('hostSetups.run', { setup });
      return void process.stdout.write(`${name} is made; --undo takes it back\n`);
    }
    const { plan, why } = await client.must('hostSetups.plan', { setup });
    const lines = [
      ...(why === null ? [] : [`# It can’t be carried out now: ${why}.`]),
      '# As root:',
      ...said(plan.make),
      '# To undo it, as root:',
      ...said(plan.undo).map((line) => (line.startsWith('#') ? line : `# ${line}`)),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  });
}

const said = (commands: readonly HostCommand[]): string[] =>
  commands.flatMap(({ argv, why }) => [`# ${why}`, argv.join(' ')]);

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async ({ client }) => {
    const found = await client.must('hostSetups.list', {});
    if (values.json) return printJson(found);
    if (found.setups.length === 0) process.stdout.write('Paddock made nothing on this computer.\n');
    else
      printTable(
        ['MADE', 'KIND', 'STATE', 'FOR A CARD OR MACHINE'],
        found.setups.map(({ setup, state, use }) => [setup.name, setup.kind, stateTexts[state], use]),
      );
    if (found.taps.length === 0) return;
    process.stdout.write('\n');
    printTable(
      ['TAP', 'HOW IT IS'],
      found.taps.map((tap) => [tap.ifname, tapText(tap)]),
    );
  });
}

interface SetupWords {
  address?: string | undefined;
  bridge?: string | undefined;
  interface?: string | undefined;
  peer?: string | undefined;
  kernel?: string | undefined;
}

function setupOf(kind: string, name: string, words: SetupWords): HostSetup {
  const address = words.address ?? null;
  const of: Readonly<Record<string, object>> = {
    tap: { address },
    bridge: { bridge: words.bridge, uplink: words.interface ?? null },
    veth: { peer: words.peer, address },
    kernel: { kernelPath: words.kernel },
  };
  if (!Object.hasOwn(of, kind)) throw new UsageError(`there is no host setup ${kind}`);
  const parsed = hostSetupSchema.safeParse({ kind, name, ...of[kind] });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`);
}
