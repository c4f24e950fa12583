import { dirname, join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { exists } from '../platform/files.js';

// Those that came with it come first: another build of the same version has other ones. Debian's package has them in
// the second place; a kernel that somebody built and installed, in the third.
const placesOf = (version: string, kernelPath: string): string[] => [
  join(dirname(kernelPath), 'lib/modules', version),
  join('/usr/lib/uml/modules', version),
  join('/lib/modules', version),
];

/** The folder of a kernel's modules on this computer; null when there is none. */
export async function modulesOrNull(version: string, kernelPath: string): Promise<string | null> {
  for (const place of placesOf(version, kernelPath))
    if (await exists(join(place, 'modules.dep'))) return place;
  return null;
}

/** The folder of a kernel's modules on this computer. Throws Failure recipe-needs when there is none. */
export async function findModules(version: string, kernelPath: string): Promise<string> {
  const found = await modulesOrNull(version, kernelPath);
  if (found !== null) return found;
  throw failure('recipe-needs', {
    what: `Putting in the modules of ${version}`,
    why: `they are in none of ${placesOf(version, kernelPath).join(', ')}`,
  });
}
