import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { LINES_OF_A_KIND } from '@shared/consoles/console-name.js';
import { COMPUTER_MEMORY_MIB, GUEST_ROOT, type HostRoot } from '@shared/vms/boot.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { pathOfKernel } from '../kernel-words.js';
import { withSession } from '../session.js';
import { printFacts, printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber } from '../usage.js';
import { installTools } from './guest.js';
import { changedConsoles, namedConsoles } from './console-options.js';
import { namedNics } from './nic-options.js';
import { deedCommand, isDeedVerb, untilDone } from './vm-deeds.js';
import { eventsCommand } from './vm-events.js';
import { vmFacts } from './vm-facts.js';
import { linesCommand, plugCommand } from './vm-lines.js';
import { setCommand } from './vm-set.js';

/** `paddock vm ...` */
export async function vmCommand([verb = '', ...args]: string[]): Promise<void> {
  if (isDeedVerb(verb)) return deedCommand(verb, args);
  switch (verb) {
    case 'create':
      return create(args);
    case 'list':
      return list(args);
    case 'show':
      return show(args);
    case 'set':
      return setCommand(args);
    case 'plug':
    case 'unplug':
      return plugCommand(verb, args);
    case 'lines':
      return linesCommand(args);
    case 'take-memory':
      return takeMemory(args);
    case 'events':
      return eventsCommand(args);
    case 'command-line':
      return commandLine(args);
    default:
      throw new UsageError(`there is no vm command ${verb}`);
  }
}

/** `paddock vm take-memory NAME MB` */
async function takeMemory(args: string[]): Promise<void> {
  const [name, amount, ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  if (name === undefined || amount === undefined || more.length > 0)
    throw new UsageError('give the machine’s name and how many MB are to be taken; 0 gives all back');
  const takenMiB = wholeNumber(amount, 'MB', 0, Number.MAX_SAFE_INTEGER);
  await withSession(async (session) => {
    await session.client.must('vms.takeMemory', { id: session.vm(name).id, takenMiB });
    process.stdout.write(`${takenMiB} MB are taken from ${name}\n`);
  });
}

async function create(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      image: { type: 'string', default: 'tiny' },
      copy: { type: 'boolean', default: false },
      layer: { type: 'string' },
      count: { type: 'string', default: '1' },
      memory: { type: 'string' },
      folder: { type: 'string' },
      'read-only': { type: 'boolean', default: false },
      computer: { type: 'boolean', default: false },
      kernel: { type: 'string' },
      consoles: { type: 'string' },
      console: { type: 'string', multiple: true },
      nic: { type: 'string', multiple: true },
      start: { type: 'boolean', default: false },
      'guest-tools': { type: 'boolean', default: false },
    },
  });
  const first = onlyWord(positionals, 'the machine’s name');
  const memoryMiB = wholeNumber(
    values.memory ?? String(values.computer ? COMPUTER_MEMORY_MIB : MEMORY_DEFAULT_MIB),
    '--memory',
    0,
    Number.MAX_SAFE_INTEGER,
  );
  const root = askedRoot(values);
  const named = namedConsoles(values.console ?? []);
  // Who names lines gets these; who says a number as well, so many tabs, of which some may lead elsewhere.
  const count = values.consoles ?? (named.length > 0 ? '0' : '2');
  const consoles = tabConsoles(wholeNumber(count, '--consoles', named.length > 0 ? 0 : 1, LINES_OF_A_KIND));
  const copies = wholeNumber(values.count, '--count', 1, 100);
  if (copies > 1 && values.layer !== undefined) throw new UsageError('a layer is for one machine only');
  // Several on one base: web-1, web-2 ...
  const names = copies === 1 ? [first] : Array.from({ length: copies }, (_, n) => `${first}-${n + 1}`);
  for (const name of names) await createOne(name);

  async function createOne(name: string): Promise<void> {
    await withSession(async (session) => {
      const { kernel } = values;
      const { id } = await session.client.must('vms.create', {
        name,
        image: values.image,
        ...(root === undefined ? {} : { root }),
        ...(values.copy ? { disk: 'copy' as const } : {}),
        ...(values.layer === undefined ? {} : { layerId: values.layer }),
        memoryMiB,
        kernelPath: kernel === undefined ? null : await pathOfKernel(session, kernel),
        consoles: changedConsoles(consoles, named, []),
        nics: namedNics(values.nic ?? [], Object.values(session.state.networks)),
        start: values.start && !values['guest-tools'],
      });
      if (values['guest-tools']) {
        await session.until(({ vms }) => vms[id] ?? null);
        if (!session.vm(name).guestToolsExpected) await installTools(session, id);
        if (values.start) await session.client.must('vms.start', { id });
      }
      const words = values.start
        ? await untilDone(session, 'start', { ...session.vm(name), id, runNumber: 0 }, () => 'runs')
        : 'is made';
      process.stdout.write(`${name} ${words}\n`);
    });
  }
}

/** What it boots from when that is no image. */
function askedRoot(values: {
  folder?: string;
  'read-only': boolean;
  computer: boolean;
  copy: boolean;
  layer?: string;
  'guest-tools': boolean;
}): HostRoot | undefined {
  const { folder, computer } = values;
  if (values['read-only'] && folder === undefined) throw new UsageError('--read-only goes with --folder');
  if (folder === undefined && !computer) return undefined;
  if (folder !== undefined && computer) throw new UsageError('it is either --folder or --computer');
  if (values.copy || values.layer !== undefined || values['guest-tools'])
    throw new UsageError('--copy, --layer and --guest-tools are for a machine on an image');
  return folder === undefined
    ? { kind: 'computer' }
    : { kind: 'folder', path: resolve(folder), readOnly: values['read-only'] };
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    const vms = Object.values(session.state.vms).sort((a, b) => a.name.localeCompare(b.name));
    if (values.json) return printJson(vms);
    if (vms.length === 0)
      return void process.stdout.write('No machines yet. Make one: paddock vm create NAME --image tiny\n');
    printTable(
      ['NAME', 'STATE', 'MEMORY', 'RUN', 'PID', 'KERNEL', 'LAST STOP'],
      vms.map((vm) => [
        vm.name,
        vm.waiting === null ? vm.state : `waits for ${vm.waiting.name}`,
        `${vm.memoryMiB} MB`,
        String(vm.runNumber),
        vm.pid === null ? '-' : String(vm.pid),
        vm.kernelVersion || '-',
        vm.lastEnd ? stopReasonText(vm.lastEnd.reason).short : '-',
      ]),
    );
  });
}

async function show(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  await withSession(async (session) => {
    const vm = session.vm(onlyWord(positionals, 'the machine’s name'));
    if (values.json) printJson(vm);
    else printFacts(vmFacts(vm, session.state));
  });
}

async function commandLine(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const vm = session.vm(onlyWord(positionals, 'the machine’s name'));
    process.stdout.write(`${(await session.client.must('vms.commandLine', { id: vm.id })).text}\n`);
    if (vm.boot.root.kind !== 'disk')
      process.stderr.write(`It runs in a namespace of its own, where ${GUEST_ROOT} is what it boots from.\n`);
  });
}
