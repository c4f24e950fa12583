import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Kernel } from '@shared/kernels/kernel.js';
import { kernelChangeTexts } from '@shared/vms/kernel-change.js';
import type { Readiness } from '@shared/vms/readiness.js';
import type { StartAfter, VmChanges } from '@shared/vms/vm-spec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { kernelOf, presentKernel } from '../kernel-words.js';
import { withSession, type Session } from '../session.js';
import { onlyWord, UsageError, wholeNumber } from '../usage.js';
import { changedConsoles, lineName, namedConsoles } from './console-options.js';
import { namedNics } from './nic-options.js';
import { changedRunMode, runModeOptions } from './run-mode-options.js';
import { changedShares, shareOptions } from './share-options.js';

const options = {
  memory: { type: 'string' },
  kernel: { type: 'string' },
  plan: { type: 'boolean' },
  group: { type: 'string' },
  'no-group': { type: 'boolean' },
  tag: { type: 'string', multiple: true },
  'no-tags': { type: 'boolean' },
  pin: { type: 'string' },
  'memory-folder': { type: 'string' },
  'no-memory-folder': { type: 'boolean' },
  autostart: { type: 'boolean' },
  'no-autostart': { type: 'boolean' },
  after: { type: 'string', multiple: true },
  'no-after': { type: 'boolean' },
  console: { type: 'string', multiple: true },
  'no-console': { type: 'string', multiple: true },
  nic: { type: 'string', multiple: true },
  'no-nics': { type: 'boolean' },
  ...runModeOptions,
  ...shareOptions,
} as const;

/** `paddock vm set NAME ...` */
export async function setCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const name = onlyWord(positionals, 'the machine’s name');
  for (const [yes, no] of [
    ['group', 'no-group'],
    ['tag', 'no-tags'],
    ['memory-folder', 'no-memory-folder'],
    ['autostart', 'no-autostart'],
    ['after', 'no-after'],
    ['nic', 'no-nics'],
    ['arg', 'no-args'],
  ] as const)
    if (values[yes] !== undefined && values[no])
      throw new UsageError(`--${yes} and --${no} contradict each other`);
  if (values.plan && values.kernel === undefined) throw new UsageError('--plan goes with --kernel');
  if (Object.keys(values).length === 0) throw new UsageError('nothing was said that could be changed');

  const changes: VmChanges = {};
  if (values.memory !== undefined)
    changes.memoryMiB = wholeNumber(values.memory, '--memory', 0, Number.MAX_SAFE_INTEGER);
  if (values.group !== undefined || values['no-group']) changes.group = values.group ?? null;
  if (values.tag !== undefined || values['no-tags']) changes.tags = values.tag ?? [];
  if (values.pin !== undefined) changes.pin = pin(values.pin);
  const folder = values['memory-folder'];
  if (folder !== undefined || values['no-memory-folder'])
    changes.memoryFolder = folder === undefined || isAbsolute(folder) ? (folder ?? null) : resolve(folder);
  if (values.autostart || values['no-autostart']) changes.autostart = values.autostart === true;

  const named = namedConsoles(values.console ?? []);
  const gone = (values['no-console'] ?? []).map(lineName);
  for (const { line } of named)
    if (gone.includes(line))
      throw new UsageError(`--console ${line} and --no-console ${line} contradict each other`);

  await withSession(async (session) => {
    const vm = session.vm(name);
    if (values.after !== undefined || values['no-after'])
      changes.startAfter = (values.after ?? []).map((word) => startAfter(session, word));
    if (values.nic !== undefined || values['no-nics'])
      changes.nics = namedNics(values.nic ?? [], Object.values(session.state.networks), vm.nics);
    const shares = changedShares(values, vm.shares);
    if (shares !== null) changes.shares = shares;
    const runMode = changedRunMode(values, vm.runMode);
    if (runMode !== null) changes.runMode = runMode;
    if (named.length + gone.length > 0) changes.consoles = changedConsoles(vm.consoles, named, gone);
    if (values.kernel !== undefined) {
      const to = await kernelOf(session, values.kernel);
      changes.kernelPath = to.path;
      tellKernel(session, vm, changes, { from: await presentKernel(session, vm), to });
    }
    if (values.plan) return;
    await session.client.must('vms.configure', { id: vm.id, changes });
    process.stdout.write(`${name} is changed\n`);
  });
}

/** What becomes of it with another kernel, before that is saved. */
function tellKernel(
  { state }: Session,
  vm: VmView,
  changes: VmChanges,
  { from, to }: { from: Kernel | null; to: Kernel },
): void {
  const wanted = {
    ...vm,
    nics: changes.nics ?? vm.nics,
    runMode: changes.runMode ?? vm.runMode,
    shares: changes.shares ?? vm.shares,
    consoles: changes.consoles ?? vm.consoles,
  };
  const texts = kernelChangeTexts(
    wanted,
    { image: state.images[vm.imageId], networks: state.networks },
    from,
    to,
  );
  process.stdout.write(`With ${to.version}, at ${to.path}:\n`);
  for (const text of texts) process.stdout.write(`${text}\n`);
  if (texts.length === 0) process.stdout.write('Nothing that it uses changes.\n');
}

function pin(word: string): 'auto' | 'off' | number {
  return word === 'auto' || word === 'off' ? word : wholeNumber(word, '--pin', 0, 1023);
}

/** OTHER, OTHER:running, OTHER:login or OTHER:message=TEXT. */
function startAfter(session: Session, word: string): StartAfter[number] {
  const [, other = '', when = 'login'] = /^([^:]*)(?::(.*))?$/s.exec(word) ?? [];
  return { vmId: session.vm(other).id, ready: readiness(when, word) };
}

function readiness(when: string, word: string): Readiness {
  if (when === 'running' || when === 'login') return { kind: when };
  if (when.startsWith('message=') && when.length > 'message='.length)
    return { kind: 'message', text: when.slice('message='.length) };
  throw new UsageError(`--after ${word}: after the name comes :running, :login or :message=TEXT`);
}
