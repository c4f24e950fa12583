import { expect, test } from 'vitest';
import { kernelAnswers } from './abilities.js';
import { whyUnlikely } from './fits-image.js';
import { parseConfig } from './kernel-config.js';
import type { Kernel } from './kernel.js';

const kernel = (config: string) =>
  ({ version: '7.2.7', answers: kernelAnswers({ config: parseConfig(config), help: '' }) }) as Kernel;

test('a root file system that is a module, or missing, and a kernel without an MMU', () => {
  const usual = kernel('CONFIG_MMU=y\nCONFIG_EXT4_FS=y\nCONFIG_XFS_FS=m\n');
  expect(whyUnlikely(usual, { filesystem: 'ext4' })).toBeNull();
  expect(whyUnlikely(usual, { filesystem: 'ext2' })).toBeNull();
  expect(whyUnlikely(usual, { filesystem: 'xfs' })).toMatch(/as a module only/);
  expect(whyUnlikely(usual, { filesystem: 'btrfs' })).toMatch(/built without/);
  expect(whyUnlikely(usual, { filesystem: 'unknown' })).toBeNull();
  expect(whyUnlikely(kernel('# CONFIG_MMU is not set\nCONFIG_EXT4_FS=y\n'), { filesystem: 'ext4' })).toMatch(
    /no memory protection/,
  );
});
