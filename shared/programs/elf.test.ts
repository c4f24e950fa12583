import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions, readElf, type ReadAt } from './elf.js';

const of =
  (bytes: Uint8Array): ReadAt =>
  (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length));
const facts = (path: string) => readElf(of(readFileSync(path)));

test('programs of this computer, as readelf(1) sees them', async () => {
  for (const path of ['/bin/sh', process.execPath, '/usr/bin/linux.uml', '/bin/busybox']) {
    const said = execFileSync('readelf', ['-W', '-V', '-l', '-S', '-n', path], {
      encoding: 'utf8',
      maxBuffer: 64e6,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const needs = [...said.matchAll(/Name: GLIBC_(\d[\d.]*)/g)].map(([, version = '']) => version);
    const loads = [...said.matchAll(/^ +LOAD +0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) /gm)];
    expect(await facts(path)).toEqual({
      machine: 'x86-64',
      interpreter: /interpreter: ([^\]]+)\]/.exec(said)?.[1] ?? null,
      glibc: needs.sort(compareVersions).at(-1) ?? null,
      isPie: /Elf file type is DYN/.test(said),
      hasSymbols: / SYMTAB /.test(said),
      hasDebugInfo: / \.z?debug_info /.test(said),
      buildId: /Build ID: (\w+)/.exec(said)?.[1] ?? null,
      loaded: loads.map(([, offset = '', address = '', length = '']) => ({
        offset: Number.parseInt(offset, 16),
        length: Number.parseInt(length, 16),
        address: Number.parseInt(address, 16),
      })),
    });
  }
});

test('versions are numbers with dots', () => {
  expect(['2.9', '2.36', '2.3.4', '2.4'].sort(compareVersions)).toEqual(['2.3.4', '2.4', '2.9', '2.36']);
});

test('what is no program, is cut off or lies is none, and nothing is thrown', async () => {
  expect(await readElf(of(new TextEncoder().encode('#!/bin/sh\n'.padEnd(100))))).toBeNull();
  const whole = readFileSync('/bin/sh');
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 20 }),
      async (length, flips) => {
        const bytes = Uint8Array.from(whole.subarray(0, length));
        for (const [at, value] of flips) if (at >= 6 && at < bytes.length) bytes[at] = value;
        const read = await readElf(of(bytes));
        expect(read === null || typeof read.machine === 'string').toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
