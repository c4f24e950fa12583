import { expect, test } from 'vitest';
import { recipeSchema, type RecipeInput } from '@shared/images/recipe.js';
import { draftFaults, faultOfStep } from './draft-faults.js';
import { draftOf, newImageDraft, recipeOf } from './image-draft.js';

const debian: RecipeInput = {
  version: 1,
  name: 'router',
  title: 'A router',
  notes: 'two lines\nof notes',
  source: {
    kind: 'debian',
    suite: 'trixie',
    variant: 'apt',
    init: 'systemd',
    mirror: 'http://localhost:8080/debian',
  },
  contents: {
    hostname: 'r1',
    timezone: 'Europe/Berlin',
    locale: 'de_DE.UTF-8',
    packages: ['tcpdump', 'g++'],
    files: [
      { from: '/home/ada/a file', to: '/etc/motd', mode: 0o4755 },
      { from: '/etc/hosts', to: '/etc/hosts' },
    ],
    modulesOf: '/usr/bin/linux.uml',
    network: {
      device: 'vec0',
      ipv4: { kind: 'fixed', address: '10.0.0.2', prefix: 8, gateway: null, dns: ['10.0.0.1', '9.9.9.9'] },
    },
    consoles: 3,
    quickStart: false,
    guestTools: false,
  },
  access: {
    root: { kind: 'hash', hash: '$6$saltsalt$abcdefghijklmnop' },
    sshKeys: ['ssh-ed25519 AAAAC3Nz ada@here'],
    users: [
      { name: 'ada', password: { kind: 'password' }, admin: true },
      { name: 'bob', password: { kind: 'locked' } },
    ],
  },
  disk: { filesystem: 'btrfs', sizeMiB: 512, label: 'ROOT' },
};

test('a recipe comes out of the fields as it went in', () => {
  const recipe = recipeSchema.parse(debian);
  expect(recipeOf(draftOf(recipe))).toEqual(recipe);
  for (const source of [
    { kind: 'tiny' },
    { kind: 'tree', path: '/tmp/a tree.tar' },
    { kind: 'disk', path: '/tmp/d.qcow2' },
    { kind: 'nommu', path: '/tmp/alpine.tar' },
  ] as const) {
    const other = recipeSchema.parse({ version: 1, name: 'one', title: 'One', source });
    expect(recipeOf(draftOf(other))).toEqual(other);
  }
});

test('what another source can’t take is left out, and is there again when the source is', () => {
  const draft = draftOf(recipeSchema.parse(debian));
  const tiny = { ...draft, kind: 'tiny' as const };
  expect(recipeOf(tiny)?.contents).toMatchObject({ packages: [], timezone: 'Etc/UTC', hostname: 'r1' });
  expect(recipeOf({ ...tiny, kind: 'disk', diskPath: '/d' })?.access.users).toEqual([]);
  expect(recipeOf({ ...tiny, kind: 'debian' })?.contents.packages).toEqual(['tcpdump', 'g++']);
});

test('what is wrong is said at its field and its step', () => {
  const none = new Set<string>();
  expect(draftFaults(newImageDraft, none)).toEqual({});
  const bad = {
    ...draftOf(recipeSchema.parse(debian)),
    name: 'Not a name',
    packages: 'tcpdump -rf',
    files: [{ from: 'relative', to: '/x', mode: '9' }],
    size: '1.5',
    sshKeys: 'ssh-dss AAAA',
    users: [
      { name: 'ada', password: 'none' as const, hash: '', admin: false },
      { name: 'ada', password: 'none' as const, hash: '', admin: false },
    ],
  };
  const faults = draftFaults(bad, none);
  expect(Object.keys(faults).sort()).toEqual(
    ['files.0.from', 'files.0.mode', 'name', 'packages', 'size', 'sshKeys', 'users.1.name'].sort(),
  );
  expect(faults['packages']?.text).toContain('“-rf”');
  expect(faultOfStep(faults, 'disk')).toContain('whole number');
  expect(faultOfStep(faults, 'source')).toBeNull();
  expect(draftFaults({ ...newImageDraft, kind: 'tree', treePath: 'x' }, none)['path']?.step).toBe('source');
  expect(draftFaults(newImageDraft, new Set(['tiny-linux']))['name']?.text).toContain('already');
});

test.each([
  { filesystem: 'xfs', size: '319', text: 'An image of xfs needs 320 MB at least.' },
  { filesystem: 'btrfs', size: '255', text: 'An image of btrfs needs 256 MB at least.' },
  { filesystem: 'xfs', size: '320', text: undefined },
  { filesystem: 'btrfs', size: '256', text: undefined },
  { filesystem: 'ext4', size: '8', text: undefined },
] as const)('a size that a file system can’t have is said at its field: $filesystem $size', (how) => {
  const { filesystem, size, text } = how;
  const draft = { ...draftOf(recipeSchema.parse(debian)), filesystem, size };
  expect(draftFaults(draft, new Set())['size']?.text).toBe(text);
});
