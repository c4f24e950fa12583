import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine } from './command-line.js';
import {
  mountSharesScript,
  parseMounted,
  shareMountLine,
  shareNameFor,
  shareNameSchema,
  type Share,
} from './share.js';
import { defaultSettings, vmSpecFileSchema } from './vm-spec.js';

const share: Share = { name: 'work', path: '/home/me/my work', readOnly: true };

const spec = {
  version: 7,
  id: '0123456789ab',
  name: 'm',
  memoryMiB: 64,
  kernelPath: '/usr/bin/linux',
  createdAt: '2026-11-27T00:00:00.000Z',
  consoles: [],
  guestTools: false,
  disks: [],
  ...defaultSettings,
};

test('every folder gets a name that can be one, and that nobody has', () => {
  expect(shareNameFor('/home/me/my work/', [])).toBe('my-work');
  expect(shareNameFor('/a/work', ['work'])).toBe('work-2');
  expect(shareNameFor('/äöü', [])).toBe('share');
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (text, taken) => {
      const name = shareNameFor(`/${text}`, taken);
      expect(shareNameSchema.safeParse(name).success).toBe(true);
      expect(taken).not.toContain(name);
    }),
  );
});

test('settings of before know no shares and stay what they are', () => {
  const { shares: _shares, runMode: _runMode, ...older } = spec;
  expect(vmSpecFileSchema.parse({ ...older, version: 6 }).shares).toEqual([]);
  const twice = vmSpecFileSchema.safeParse({ ...spec, shares: [share, { ...share, path: '/b' }] });
  expect(twice.success).toBe(false);
});

test('there is one hostfs= word, and the option follows from it', () => {
  const paths = { umlDir: '/u', notifySocket: '/n', disks: [], nics: [] };
  const parsed = vmSpecFileSchema.parse({ ...spec, shares: [share] });
  expect(commandLine(parsed, paths).filter((word) => word.startsWith('hostfs='))).toEqual(['hostfs=/shares']);
  expect(commandLine({ ...parsed, shares: [] }, paths).join(' ')).not.toContain('hostfs=');
  const root = { kind: 'folder' as const, path: '/r', readOnly: true };
  const onFolder = { ...parsed, boot: { root, init: null } };
  expect(commandLine(onFolder, paths).filter((word) => word.startsWith('hostfs='))).toEqual([
    'hostfs=/guest',
  ]);
  expect(shareMountLine(share, parsed.boot)).toBe(
    'mkdir -p /mnt/work && mount -t hostfs -o ro,nosuid,nodev,work none /mnt/work',
  );
  expect(shareMountLine({ ...share, readOnly: false }, onFolder.boot)).toContain(
    '-o nosuid,nodev,../shares/work none',
  );
});

test('what the guest says of its mounts is believed as far as there are such shares', () => {
  const shares = [share, { ...share, name: 'b' }, { ...share, name: 'c' }];
  expect(mountSharesScript(shares, spec.boot)).toContain('one b /mnt/b ');
  expect(parseMounted('work mounted\nevil mounted\nb not mounted: no hostfs\n', shares)).toEqual([
    { name: 'work', why: null },
    { name: 'b', why: 'no hostfs' },
  ]);
});
