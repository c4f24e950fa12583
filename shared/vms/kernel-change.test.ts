import { expect, test } from 'vitest';
import { tabConsoles } from '../consoles/channel.js';
import type { Image } from '../images/image.js';
import { readKernel, type Kernel } from '../kernels/kernel.js';
import { parseConfig } from '../kernels/kernel-config.js';
import { plainRunMode } from '../kernels/run-mode.js';
import { kernelChangeTexts } from './kernel-change.js';

const kernel = (version: string, options: string[], help = '') =>
  ({
    version,
    ...readKernel(version, {
      config: parseConfig(options.map((name) => `CONFIG_${name}=y\n`).join('')),
      help,
    }),
  }) as Kernel;
const all = ['MMU', 'MCONSOLE', 'BLK_DEV_UBD', 'HOSTFS', 'SSL', 'PORT_CHAN', 'SWAP', 'EXT4_FS', 'XFS_FS'];
const usual = kernel('6.1.176', [...all, 'KUNIT'], 'seccomp=<on/auto/off>\n');
const without = (...gone: string[]) =>
  kernel(
    '7.2.7',
    all.filter((name) => !gone.includes(name)),
  );

const disk = { unit: 0, kind: 'layer', use: 'data' } as const;
const machine = {
  boot: { root: { kind: 'disk', partition: null }, init: null },
  consoles: tabConsoles(2),
  disks: [disk],
  nics: [],
  runMode: plainRunMode,
  shares: [],
} as unknown as Parameters<typeof kernelChangeTexts>[0];
const ext4 = { filesystem: 'ext4' } as const;
const on = (image: Pick<Image, 'filesystem'>) => ({ image, networks: {} });

test('nothing is told of what a machine doesn’t use', () => {
  expect(kernelChangeTexts(machine, on(ext4), usual, without('SSL', 'SWAP', 'HOSTFS', 'XFS_FS'))).toEqual([]);
});

test('what it uses and would lose is told', () => {
  const more = {
    ...machine,
    consoles: [
      ...machine.consoles,
      { line: 'ssl0' as const, channel: { kind: 'port' as const, port: 7000 } },
    ],
    disks: [...machine.disks, { ...disk, unit: 1, use: 'swap' as const }],
    shares: [{ name: 'src', path: '/src', readOnly: true }],
    runMode: { ...plainRunMode, seccomp: 'on' as const },
  } as typeof machine;
  expect(kernelChangeTexts(more, on(ext4), usual, without('SSL', 'PORT_CHAN', 'SWAP', 'HOSTFS'))).toEqual([
    expect.stringMatching(/^seccomp=on can’t be had with it, .*newer kernel/),
    'Files of this computer (hostfs): built in, then not there.',
    'Swap: built in, then not there.',
    'Serial lines (ssl0 …): built in, then not there.',
    'A TCP port (port): built in, then not there.',
  ]);
});

test('why it would hardly boot is told, also when nothing is known of the kernel that it has', () => {
  expect(kernelChangeTexts(machine, on({ filesystem: 'xfs' }), null, without('XFS_FS'))).toEqual([
    'What its present kernel has isn’t known, so what changes can’t be told.',
    'The image’s root file system is xfs, which 7.2.7 was built without.',
  ]);
  expect(kernelChangeTexts(machine, on(ext4), usual, without('MMU'))).toEqual([
    expect.stringContaining('no memory protection'),
  ]);
});
