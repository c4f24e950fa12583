import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { parseElf } from '@shared/images/elf.js';
import type { BuildContext } from './build-context.js';
import { runProgram } from '../../platform/run-program.js';
import { CLEAN_TAR } from './guest-tree.js';

const HEADER_BYTES = 16 * 1024;
const READ_LIMIT_MS = 60_000;

/**
 * Looks whether the init of a tree is one that a kernel without an MMU can run: position-independent and of
 * musl or static (facts/nommu, failure signatures). Throws Failure recipe-needs with what it is instead.
 */
export async function checkNommuTree(
  { workDir, recipe, report }: BuildContext,
  initPath: string | null,
): Promise<void> {
  const bad = (why: string): Error =>
    failure('recipe-needs', { what: `A nommu image of ${recipe.name}`, why });
  if (initPath === null) throw bad('the tree has no /sbin/init');
  const path = join(workDir, 'init');
  await runProgram(
    ['sh', '-c', 'tar -xOf "$1" -- "$2" > "$3"', 'sh', join(workDir, CLEAN_TAR), initPath, path],
    {
      timeoutMs: READ_LIMIT_MS,
      signal: report.signal,
    },
  );
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const elf = parseElf(buffer.subarray(0, bytesRead));
    if (elf === null) throw bad('its /sbin/init is no program (a script can’t be the init of such a kernel)');
    if (elf.machine !== 'x86-64') throw bad('its /sbin/init is for another processor');
    if (!elf.isPie)
      throw bad('its /sbin/init is not position-independent (PIE): such a kernel refuses it with error -8');
    if (elf.interpreter !== null && !/ld-musl/.test(elf.interpreter))
      throw bad(
        `its /sbin/init needs ${elf.interpreter}, which such a kernel can’t map; musl’s programs run`,
      );
    report.log(`I: /sbin/init is position-independent, ${elf.interpreter ?? 'static'}`);
  } finally {
    await file.close();
  }
}
