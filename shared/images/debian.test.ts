import { expect, test } from 'vitest';
import {
  DebianProgress,
  debianFailure,
  debianPackages,
  mmdebstrapArgv,
  type DebianSource,
} from './debian.js';
import { recipeSchema, type RecipeInput } from './recipe.js';

const source: DebianSource = {
  kind: 'debian',
  suite: 'bookworm',
  variant: 'minbase',
  init: 'systemd',
  mirror: null,
  tool: 'mmdebstrap',
};
const recipe = (more: Partial<RecipeInput> = {}) =>
  recipeSchema.parse({ version: 1, name: 'lab', title: 'Lab', source, ...more });

test('what a recipe asks for is among the packages, once', () => {
  const packages = debianPackages(
    recipe({
      contents: {
        packages: ['vim-tiny', 'iproute2'],
        network: { device: 'vec0', ipv4: { kind: 'dhcp' } },
        timezone: 'Europe/Berlin',
        locale: 'de_DE.UTF-8',
      },
      access: {
        users: [{ name: 'ada', password: { kind: 'none' }, admin: true }],
        sshKeys: ['ssh-ed25519 AAAA ada'],
      },
    }),
    source,
  );
  expect(packages).toEqual(
    expect.arrayContaining([
      'systemd-sysv',
      'vim-tiny',
      'ifupdown',
      'isc-dhcp-client',
      'tzdata',
      'locales',
      'sudo',
      'openssh-server',
    ]),
  );
  expect(new Set(packages).size).toBe(packages.length);
});

test('the command line', () => {
  expect(mmdebstrapArgv(recipe(), source, 'unshare', '/w/root.tar').join(' ')).toBe(
    'mmdebstrap --verbose --mode=unshare --variant=minbase --format=tar --include=systemd-sysv,login,passwd,iproute2,procps bookworm /w/root.tar',
  );
  const german = mmdebstrapArgv(recipe({ contents: { locale: 'de_DE.UTF-8' } }), source, 'root', '/w');
  const hook = german.find((word) => word.startsWith('--customize-hook='));
  expect(hook).toMatch(/^--customize-hook=chroot "\$1" sh -ec '[^']*' sh 'de_DE\.UTF-8'$/);
});

test('progress from what it prints', () => {
  const progress = new DebianProgress();
  expect(progress.fraction).toBeNull();
  progress.take('I: downloading packages with apt...');
  expect(progress.detail).toBe('downloading packages with apt');
  progress.take('0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.');
  progress.take('Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]');
  expect(progress.fraction).toBe(0);
  progress.take('Get:12 http://deb.debian.org/debian bookworm/main amd64 hostname amd64 3.23+nmu1 [10.5 kB]');
  expect(progress.detail).toBe('fetched 1 of 2 packages');
  progress.take('Unpacking hostname (3.23+nmu1) ...');
  progress.take('Setting up hostname (3.23+nmu1) ...');
  expect(progress.fraction).toBeCloseTo(0.5);
  expect(progress.take('whatever')).toBe(false);
});

test('failures get their reason', () => {
  expect(debianFailure(['E: no locale xx_YY.UTF-8'], source)?.error).toMatchObject({
    code: 'recipe-needs',
    params: { what: 'The locale xx_YY.UTF-8' },
  });
  expect(debianFailure(['E: Unable to locate package nope'], source)?.error).toMatchObject({
    code: 'packages-unknown',
    params: { packages: 'nope' },
  });
  expect(
    debianFailure(["E: The repository 'http://x/ nosuch Release' does not have a Release file."], source)
      ?.error.code,
  ).toBe('suite-unknown');
  expect(
    debianFailure(['W: Failed to fetch http://x/InRelease  Could not connect to 127.0.0.1:1'], source)?.error
      .code,
  ).toBe('mirror-unreachable');
  expect(debianFailure(['E: dpkg fell over'], source)).toBeNull();
});
