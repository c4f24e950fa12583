import { parseArgs } from 'node:util';
import { failure } from '@shared/errors/paddock-error.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { CONSOLE_MAX, MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { fail, withSession, type Session } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber } from '../usage.js';

/** `paddock vm ...` */
export async function vmCommand([verb, ...args]: string[]): Promise<void> {
  switch (verb) {
    case 'create':
      return create(args);
    case 'list':
      return list(args);
    case 'start':
      return start(args);
    case 'stop':
      return stop(args, 'shutdown');
    case 'kill':
      return stop(args, 'force');
    case 'delete':
      return remove(args);
    case 'command-line':
      return commandLine(args);
    case undefined:
    default:
      throw new UsageError(`there is no vm command ${verb ?? ''}`);
  }
}

async function create(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      image: { type: 'string', default: 'tiny' },
      memory: { type: 'string', default: String(MEMORY_DEFAULT_MIB) },
      kernel: { type: 'string' },
      consoles: { type: 'string', default: '2' },
      start: { type: 'boolean', default: false },
    },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  const memoryMiB = wholeNumber(values.memory, '--memory', 0, Number.MAX_SAFE_INTEGER);
  const consoles = wholeNumber(values.consoles, '--consoles', 1, CONSOLE_MAX);
  await withSession(async (session) => {
    const { id } = await session.client.must('vms.create', {
      name,
      image: values.image,
      memoryMiB,
      kernelPath: values.kernel ?? null,
      consoles,
      start: values.start,
    });
    if (values.start) await untilUp(session, id);
    process.stdout.write(`${name} ${values.start ? 'runs' : 'is made'}\n`);
  });
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
        vm.state,
        `${vm.memoryMiB} MB`,
        String(vm.runNumber),
        vm.pid === null ? '-' : String(vm.pid),
        vm.kernelVersion || '-',
        vm.lastEnd ? stopReasonText(vm.lastEnd.reason).short : '-',
      ]),
    );
  });
}

async function start(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const vm = session.vm(onlyWord(positionals, 'the machine’s name'));
    await session.client.must('vms.start', { id: vm.id });
    await untilUp(session, vm.id);
    process.stdout.write(`${vm.name} runs\n`);
  });
}

async function stop(args: string[], how: 'shutdown' | 'force'): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const vm = session.vm(onlyWord(positionals, 'the machine’s name'));
    await session.client.must('vms.stop', { id: vm.id, how });
    const ended = await session.until((state) => {
      const now = state.vms[vm.id];
      return now && isLive(now.state) ? null : (now?.lastEnd ?? true);
    });
    const text = ended === true ? 'gone' : stopReasonText(ended.reason).short;
    process.stdout.write(`${vm.name} stopped: ${text}\n`);
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const vm = session.vm(onlyWord(positionals, 'the machine’s name'));
    await session.client.must('vms.delete', { id: vm.id });
    process.stdout.write(`${vm.name} is deleted\n`);
  });
}

async function commandLine(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const vm = session.vm(onlyWord(positionals, 'the machine’s name'));
    process.stdout.write(`${(await session.client.must('vms.commandLine', { id: vm.id })).text}\n`);
  });
}

/** Waits until the kernel runs; a machine that ends before that throws why. */
async function untilUp(session: Session, id: VmView['id']): Promise<void> {
  await session.until((state) => {
    const vm = state.vms[id];
    if (!vm) throw failure('vm-unknown', { name: id });
    if (vm.state === 'starting') return null;
    if (vm.state === 'running') return true;
    if (vm.problem) fail(vm.problem);
    const why = vm.lastEnd ? stopReasonText(vm.lastEnd.reason).sentence.replace(/\.$/, '') : vm.state;
    throw failure('start-failed', { name: vm.name, why });
  });
}
