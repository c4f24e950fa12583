import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKallsyms } from '@shared/debug/kallsyms.js';
import { parseKernelReports } from '@shared/debug/kernel-report.js';
import { readElfFile } from '../platform/elf-file.js';
import { KernelSymbolsService } from './kernel-symbols.js';
import { TestHost } from '../testing/test-host.js';

const KERNEL = '/usr/bin/linux.uml';
const SOURCE = `static int twice(int n) { return 2 * n; }
int main(int argc, char **argv) {
  (void)argv;
  return twice(argc);
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync('/tmp/pdk-symbols-');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const service = (): KernelSymbolsService =>
  new KernelSymbolsService(join(folder, 'symbols.json'), join(folder, 'debug'));

test('a stripped kernel’s own names are those that it prints in a call trace', async () => {
  const host = await TestHost.start();
  try {
    const id = await host.makeTiny();
    await host.login(id);
    const { text } = await host.client.must('vms.mconsole', { id, command: 'stack 1' });
    const found = await readElfFile(KERNEL);
    expect(found).toMatchObject({
      hasSymbols: false,
      hasDebugInfo: false,
      buildId: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    const symbols = readKallsyms(readFileSync(KERNEL), found?.loaded ?? []) ?? [];
    const frames = parseKernelReports(text)[0]?.stacks[0]?.frames ?? [];
    expect(frames.length).toBeGreaterThan(5);
    for (const { symbol, offset, address } of frames) {
      const start = Number.parseInt(address ?? '', 16) - (offset ?? 0);
      expect(symbols.filter(({ name }) => name === symbol).map((one) => one.address)).toContain(start);
    }
    // And in the file for gdb, as nm reads it; how that unwinds by it, debug.it.test shows.
    const names = await service().names(KERNEL);
    const listing = execFileSync('nm', [names ?? ''], { encoding: 'utf8', maxBuffer: 1e8 });
    const schedule = symbols.find(({ name }) => name === 'schedule')?.address ?? 0;
    expect(listing).toContain(`${schedule.toString(16).padStart(16, '0')} T schedule\n`);
  } finally {
    await host.remove();
  }
});

test('addresses of a program with debug info lead to its lines, of its own file and of one given for it', async () => {
  const [program, stripped, other] = ['program', 'stripped', 'other'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(join(folder, 'a.c'), SOURCE);
  const compile = (to: string, ...words: string[]): void =>
    void execFileSync('cc', [
      '-g',
      '-O0',
      '-no-pie',
      '-Wl,--build-id',
      '-o',
      to,
      ...words,
      join(folder, 'a.c'),
    ]);
  compile(program);
  compile(other, '-DOTHER', '-O1');
  execFileSync('strip', ['-o', stripped, program]);
  const listing = execFileSync('nm', [program], { encoding: 'utf8' });
  const twice = /^0*([0-9a-f]+) t twice$/m.exec(listing)?.[1] ?? '';
  const symbols = service();
  const own = await symbols.lines(program, [twice, 'ffff']);
  expect(own.why).toBeNull();
  expect(own.lines).toEqual([
    { address: twice, places: [{ function: 'twice', file: join(folder, 'a.c'), line: 1 }] },
    { address: 'ffff', places: [] },
  ]);
  expect((await symbols.lines(stripped, [twice])).why).toContain('no debug info');
  await expect(symbols.set(stripped, other, false)).rejects.toThrow('another build');
  await expect(symbols.set(stripped, join(folder, 'a.c'), false)).rejects.toThrow('no ELF file');
  await expect(symbols.set(stripped, join(folder, 'none'), false)).rejects.toThrow('no such file');
  await expect(symbols.set(stripped, `${program}\n`, false)).rejects.toThrow('plain');
  await expect(symbols.set(stripped, stripped, false)).rejects.toThrow('no symbols');
  expect(await symbols.set(stripped, program, true)).toMatchObject({
    kind: 'lines',
    path: program,
    scriptPath: null,
    scriptsTrusted: false,
  });
  // Scripts beside it are run only when somebody said so; kept for the next host.
  writeFileSync(join(folder, 'vmlinux-gdb.py'), '');
  await symbols.set(stripped, program, false);
  expect(await symbols.of(stripped)).toMatchObject({ scriptsTrusted: false });
  await symbols.set(stripped, program, true);
  const later = service();
  await later.load();
  expect(await later.of(stripped)).toMatchObject({
    scriptPath: join(folder, 'vmlinux-gdb.py'),
    scriptsTrusted: true,
  });
  expect((await later.lines(stripped, [twice])).lines[0]?.places[0]?.function).toBe('twice');
  // The file is built anew: it is told, and nothing wrong is shown.
  compile(program, '-DOTHER', '-O1');
  expect(await later.of(stripped)).toMatchObject({
    kind: 'none',
    problem: expect.stringContaining('another build'),
  });
  expect((await later.set(stripped, null, false)).path).toBeNull();
});
