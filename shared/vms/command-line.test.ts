import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine, shellText } from './command-line.js';
import { vmSpecSchema } from './vm-spec.js';

const spec = vmSpecSchema.parse({
  version: 1,
  id: 'abcdef012345',
  name: 'web-1',
  memoryMiB: 128,
  kernelPath: '/usr/bin/linux.uml',
  consoles: 2,
  disk: { imageId: 'tiny', basePath: '/data/tiny.img', layerFile: 'disk.cow' },
  createdAt: '2026-11-21T00:00:00.000Z',
});
const paths = {
  umlDir: '/run/uml',
  layer: '/data/disk.cow',
  base: '/data/tiny.img',
  notifySocket: '/run/notify/web-1',
};

test('the whole argv', () => {
  expect(commandLine(spec, paths)).toEqual([
    '/usr/bin/linux.uml',
    'umid=web-1',
    'uml_dir=/run/uml',
    'mem=128M',
    'ubd0=/data/disk.cow,/data/tiny.img',
    'root=/dev/ubda',
    'rw',
    'con=null',
    'ssl=null',
    'con0=fd:3,fd:3',
    'con1=fd:4,fd:4',
    'mconsole=notify:/run/notify/web-1',
    'paddock.hostname=web-1',
    'paddock.consoles=2',
  ]);
});

test('as shell text it is the same words to a real shell', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ minLength: 1 }).filter((word) => !word.includes('\0')),
        { minLength: 1, maxLength: 5 },
      ),
      (words) => {
        const script = `for word in ${shellText(words)}; do printf '%s\\0' "$word"; done`;
        const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        expect(said.split('\0').slice(0, -1)).toEqual(words);
      },
    ),
    { numRuns: 60 },
  );
});

test('a spec can’t smuggle an argument in', () => {
  for (const bad of [
    { name: 'a init=/bin/sh' },
    { kernelPath: 'linux' },
    { memoryMiB: 1.5 },
    { disk: { ...spec.disk, basePath: '/a b' } },
    { disk: { ...spec.disk, basePath: '/a,b' } },
    { disk: { ...spec.disk, basePath: '/a:b' } },
    { disk: { ...spec.disk, layerFile: '../../x' } },
    { extra: 1 },
  ]) {
    expect(vmSpecSchema.safeParse({ ...spec, ...bad }).success).toBe(false);
  }
});
