import { tabConsoles } from '../consoles/channel.js';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noDiskFlags } from '../layers/disk.js';
import { commandLine, shellText, takenCommandLine } from './command-line.js';
import { defaultSettings, vmSpecFileSchema, vmSpecSchema } from './vm-spec.js';

const disk = {
  kind: 'layer',
  unit: 0,
  imageId: 'tiny',
  basePath: '/data/tiny.img',
  layerFile: 'disk.cow',
  flags: noDiskFlags,
  serial: null,
  createdAt: '2026-11-21T00:00:00.000Z',
  origin: 'made with web-1',
  note: '',
} as const;
const spec = vmSpecSchema.parse({
  version: 7,
  guestTools: false,
  ...defaultSettings,
  id: 'abcdef012345',
  name: 'web-1',
  memoryMiB: 128,
  kernelPath: '/usr/bin/linux.uml',
  consoles: tabConsoles(2),
  disks: [disk],
  createdAt: '2026-11-21T00:00:00.000Z',
});
const paths = {
  umlDir: '/run/uml',
  disks: [{ unit: 0, flags: noDiskFlags, serial: null, path: '/data/disk.cow', base: '/data/tiny.img' }],
  notifySocket: '/run/notify/web-1',
  nics: [],
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
    'con2=pts',
    'ssl63=fd:5,fd:5',
    'ssl62=fd:6,fd:6',
    'ssl61=fd:7,fd:7',
    'ssl60=fd:8,fd:8',
    'mconsole=notify:/run/notify/web-1',
    'paddock.hostname=web-1',
    'paddock.consoles=tty0,tty1,tty2',
  ]);
  const full = commandLine({ ...spec, consoles: tabConsoles(16) }, paths);
  expect(full).toContain('con15=fd:18,fd:18');
  expect(full.filter((word) => word.endsWith('pts'))).toEqual([]);
});

test('more disks, with flags, serial numbers and swap', () => {
  const own = {
    kind: 'own',
    unit: 2,
    file: 'disk2.img',
    use: 'swap',
    origin: 'swap',
    flags: noDiskFlags,
    serial: null,
  };
  const more = vmSpecSchema.parse({ ...spec, disks: [disk, own] });
  const argv = commandLine(more, {
    ...paths,
    disks: [
      ...paths.disks,
      {
        unit: 1,
        flags: { ...noDiskFlags, readOnly: true, noTrim: true },
        serial: 'A-1',
        path: '/d/one',
        base: null,
      },
      {
        unit: 2,
        flags: { ...noDiskFlags, sync: true, shared: true },
        serial: null,
        path: '/d/two',
        base: null,
      },
      { unit: 3, flags: { ...noDiskFlags, asData: true }, serial: 'x', path: '/d/three', base: '/d/base' },
    ],
  });
  expect(argv.filter((word) => word.startsWith('ubd'))).toEqual([
    'ubd0=/data/disk.cow,/data/tiny.img',
    'ubd1rt=/d/one,,A-1',
    'ubd2sc=/d/two',
    'ubd3d=/d/three,/d/base,x',
  ]);
  expect(argv).toContain('paddock.swap=ubdc');
  expect(argv).toContain('root=/dev/ubda');
  const none = commandLine(vmSpecSchema.parse({ ...spec, disks: [] }), { ...paths, disks: [] });
  expect(none.some((word) => word.startsWith('root='))).toBe(false);
});

test('what it boots from', () => {
  const words = (boot: unknown, disks = paths.disks): string[] =>
    commandLine(vmSpecSchema.parse({ ...spec, boot }), { ...paths, disks }).filter((word) =>
      /^(root|hostfs|init|r[ow]$)/.test(word),
    );
  expect(words({ root: { kind: 'disk', partition: 3 }, init: '/sbin/runit' })).toEqual([
    'root=/dev/ubda3',
    'rw',
    'init=/sbin/runit',
  ]);
  // Whatever is in its path: the kernel sees it by another one.
  const folder = { kind: 'folder', path: '/home/me/a, b: c', readOnly: false };
  const hostfs = ['root=/dev/root', 'rootfstype=hostfs', 'hostfs=/guest'];
  expect(words({ root: folder, init: null }, [])).toEqual([...hostfs, 'rw']);
  expect(words({ root: { ...folder, readOnly: true }, init: null }, [])).toEqual([...hostfs, 'ro']);
  expect(words({ root: { kind: 'computer' }, init: null }, [])).toEqual([
    ...hostfs,
    'ro',
    'init=/run/paddock-init',
  ]);
});

test('one that was taken over keeps its own arguments and gets Paddock’s sockets and consoles', () => {
  const argv = [
    'linux',
    'umid=Old',
    'ubd0=disk.img',
    'mem=32M',
    'con0=fd:0,fd:1',
    'con=pts',
    'ssl1=null',
    'ro',
  ];
  const taken = { ...spec, disks: [], taken: { argv, cwd: '/home/me' }, consoles: tabConsoles(1) };
  expect(takenCommandLine(vmSpecSchema.parse(taken), paths)).toEqual([
    '/usr/bin/linux.uml',
    'umid=web-1',
    'uml_dir=/run/uml',
    'mem=128M',
    'ubd0=disk.img',
    'ro',
    'con=null',
    'ssl=null',
    'con0=fd:3,fd:3',
    'con1=pts',
    'ssl63=fd:4,fd:4',
    'ssl62=fd:5,fd:5',
    'ssl61=fd:6,fd:6',
    'ssl60=fd:7,fd:7',
    'mconsole=notify:/run/notify/web-1',
  ]);
});

test('machines that earlier versions kept are read, with what nobody chose', () => {
  const {
    boot,
    taken,
    group,
    tags,
    pin,
    memoryFolder,
    autostart,
    startAfter,
    guestTools,
    disks,
    nics,
    runMode: _runModeOf,
    shares: _newest,
    ...kept
  } = spec;
  const { boot: _boot, nics: _nics, runMode: _runMode, shares: _shares, ...oldSettings } = defaultSettings;
  const { imageId, basePath, layerFile } = disk;
  const first = { ...kept, version: 1, consoles: 2, disk: { imageId, basePath, layerFile } };
  expect(vmSpecFileSchema.parse(first)).toEqual(spec);
  expect(vmSpecFileSchema.parse({ ...first, ...oldSettings, version: 2 })).toEqual(spec);
  const third = { ...first, ...oldSettings, consoles: tabConsoles(2), guestTools, version: 3 };
  expect(vmSpecFileSchema.parse(third)).toEqual(spec);
  expect(vmSpecFileSchema.parse({ ...third, disk: null })).toEqual({ ...spec, disks: [] });
  const fourth = { ...kept, ...oldSettings, guestTools, disks, version: 4 };
  expect(vmSpecFileSchema.parse(fourth)).toEqual(spec);
  expect(vmSpecFileSchema.parse({ ...fourth, boot, version: 5 })).toEqual(spec);
  expect(vmSpecFileSchema.parse({ ...fourth, boot, nics, version: 6 })).toEqual(spec);
  expect(vmSpecFileSchema.safeParse({ ...fourth, boot }).success).toBe(false);
  expect(boot).toEqual({ root: { kind: 'disk', partition: null }, init: null });
  expect(disks).toEqual([disk]);
  expect(guestTools).toBe(false);
  expect([taken, group, tags, pin, memoryFolder, autostart, startAfter]).toEqual([
    null,
    null,
    [],
    'auto',
    null,
    false,
    [],
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
    { disks: [{ ...disk, basePath: 'relative' }] },
    { disks: [{ ...disk, layerFile: '../../x' }] },
    { disks: [{ ...disk, serial: 'a b' }] },
    { disks: [{ ...disk, unit: 8 }] },
    { disks: [disk, disk] },
    { extra: 1 },
    { boot: { root: { kind: 'disk', partition: 0 }, init: null } },
    { boot: { root: { kind: 'disk', partition: null }, init: 'sbin/init' } },
    { boot: { root: { kind: 'disk', partition: null }, init: '/sbin/init ro' } },
    { boot: { root: { kind: 'folder', path: 'here', readOnly: true }, init: null } },
    { boot: { root: { kind: 'folder', path: '/a\nb', readOnly: true }, init: null } },
    { boot: { root: { kind: 'computer', readOnly: false }, init: null } },
  ]) {
    expect(vmSpecSchema.safeParse({ ...spec, ...bad }).success).toBe(false);
  }
  // A base may be anywhere; what UML is given for it is a link, and never this.
  for (const path of ['/a b', '/a,b', '/a:b', '/a init=/bin/sh']) {
    const disks = [{ unit: 0, flags: noDiskFlags, serial: null, path, base: null }];
    expect(() => commandLine(spec, { ...paths, disks })).toThrow(RangeError);
  }
});
