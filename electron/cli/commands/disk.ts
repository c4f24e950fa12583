import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { flagLetters, guestDiskName, type DiskFlags, type DiskSource } from '@shared/layers/disk.js';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber, wordsFor } from '../usage.js';

const sources = {
  layer: { type: 'string' },
  'free-layer': { type: 'string' },
  copy: { type: 'string' },
  empty: { type: 'string' },
  swap: { type: 'string' },
  file: { type: 'string' },
} as const;
const facts = { flags: { type: 'string' }, serial: { type: 'string' } } as const;

/** `paddock disk ...` */
export async function diskCommand([verb, ...args]: string[]): Promise<void> {
  if (verb === 'list') return list(args);
  if (verb === 'add') return add(args);
  if (verb === 'change') return change(args);
  if (verb === 'remove') return remove(args);
  throw new UsageError(`there is no disk command ${verb ?? ''}`);
}

async function list(args: string[]): Promise<void> {
  const options = { json: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const name = onlyWord(positionals, 'the machine’s name');
  await withSession(async (session) => {
    const { disks } = session.vm(name);
    if (values.json) return printJson(disks);
    printTable(
      ['DISK', 'IN THE GUEST', 'KIND', 'FLAGS', 'SERIAL', 'NOW', 'FILE', 'BASE'],
      disks.map((disk) => [
        `ubd${disk.unit}`,
        `/dev/${guestDiskName(disk.unit)}`,
        disk.use === 'swap' ? 'swap' : disk.kind,
        flagLetters(disk.flags) || '-',
        disk.serial ?? '-',
        disk.isPlugged ? 'yes' : '-',
        disk.file,
        disk.basePath ?? '-',
      ]),
    );
  });
}

async function add(args: string[]): Promise<void> {
  const options = { ...sources, ...facts, unit: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const name = onlyWord(positionals, 'the machine’s name');
  const source = sourceOf(values);
  const unit = values.unit === undefined ? null : wholeNumber(values.unit, '--unit', 0, 7);
  const { flags, serial } = { flags: flagsOf(values.flags ?? ''), serial: values.serial ?? null };
  await withSession(async (session) => {
    const asked = { vmId: session.vm(name).id, unit, source, flags, serial };
    const made = await session.client.must('disks.add', asked);
    process.stdout.write(`${name} has ubd${made.unit}, /dev/${guestDiskName(made.unit)} in the guest\n`);
  });
}

async function change(args: string[]): Promise<void> {
  const options = { ...facts, 'no-serial': { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const [name, word] = wordsFor(positionals, ['the machine’s name', 'the disk']);
  const unit = unitOf(word);
  await withSession(async (session) => {
    const vm = session.vm(name);
    const disk = vm.disks.find((one) => one.unit === unit);
    const flags = values.flags === undefined && disk ? disk.flags : flagsOf(values.flags ?? '');
    const serial = values['no-serial'] ? null : (values.serial ?? disk?.serial ?? null);
    await session.client.must('disks.change', { vmId: vm.id, unit, flags, serial });
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, word] = wordsFor(positionals, ['the machine’s name', 'the disk']);
  await withSession(async (session) => {
    await session.client.must('disks.remove', { vmId: session.vm(name).id, unit: unitOf(word) });
    process.stdout.write(`ubd${unitOf(word)} is taken from ${name}\n`);
  });
}

function sourceOf(values: { [K in keyof typeof sources]?: string }): DiskSource {
  const given = (Object.keys(sources) as (keyof typeof sources)[]).filter(
    (kind) => values[kind] !== undefined,
  );
  const [kind, ...more] = given;
  if (kind === undefined || more.length > 0)
    throw new UsageError('give one of --layer, --free-layer, --copy, --empty, --swap and --file');
  const word = values[kind] ?? '';
  switch (kind) {
    case 'layer':
    case 'copy':
      return { kind, image: word };
    case 'free-layer':
      return { kind, layerId: word };
    case 'empty':
    case 'swap':
      return { kind, sizeMiB: wholeNumber(word, `--${kind} (in MB)`, 1, 1024 * 1024) };
    case 'file':
      return { kind, path: resolve(word) };
  }
}

function flagsOf(letters: string): DiskFlags {
  if (!/^[rsdct]*$/.test(letters))
    throw new UsageError(
      '--flags takes letters of r (read-only), s (sync), d (as data), c (shared), t (no trim)',
    );
  return {
    readOnly: letters.includes('r'),
    sync: letters.includes('s'),
    asData: letters.includes('d'),
    shared: letters.includes('c'),
    noTrim: letters.includes('t'),
  };
}

function unitOf(word: string): number {
  return wholeNumber(word.replace(/^ubd/, ''), 'the disk', 0, 7);
}
