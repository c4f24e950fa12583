import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { treeVersion } from '@shared/kernels/build-plan.js';
import { exists } from '../platform/files.js';

const MAKEFILE_BYTES = 64 * 1024;

/** What is known of a tree of sources without running anything of it. */
export interface TreeFacts {
  version: string;
  /** Its configurations for this kind of computer, as targets of make. */
  defconfigs: string[];
}

/** Looks at a tree. Throws Failure `build-tree` when it can't be built. */
export async function treeFacts(path: string): Promise<TreeFacts> {
  const refuse = (why: string, fix = 'Choose the top folder of a Linux source tree.') =>
    failure('build-tree', { path, why, fix });
  // Kbuild's own rule (Makefile, abs_srctree).
  if (/[\s:]/.test(path))
    throw refuse(
      'make can’t build a tree with a space or a colon in its path',
      'Move it, or name it otherwise.',
    );
  const makefile = await readHead(join(path, 'Makefile'));
  if (makefile === null) throw refuse('there is no Makefile in it');
  const version = treeVersion(makefile);
  if (version === null) throw refuse('its Makefile is not that of a kernel');
  const names = await readdir(join(path, 'arch/um/configs')).catch(() => null);
  if (names === null) throw refuse('it has no arch/um');
  // What kbuild itself looks for when it is to build elsewhere (Makefile, outputmakefile).
  for (const left of ['.config', 'include/config', 'arch/um/include/generated'])
    if (await exists(join(path, left)))
      throw refuse(
        `it was built in place, and has ${left}, so that it can’t be built elsewhere`,
        `Clean it: make -C ${path} ARCH=um mrproper (this removes its .config, so copy that first), or build a clean copy: git worktree add.`,
      );
  return {
    version,
    defconfigs: names.filter((name) => /^(?!i386)[a-z0-9][a-z0-9_]{0,60}_defconfig$/.test(name)).sort(),
  };
}

async function readHead(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAKEFILE_BYTES), 0, MAKEFILE_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
