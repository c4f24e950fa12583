import { dirname, join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { exists } from '../platform/files.js';

/** The folder of a kernel's modules on this computer. Throws Failure recipe-needs when there is none. */
export async function findModules(version: string, kernelPath: string): Promise<string> {
  // Those that came with it come first: another build of the same version has other ones. Debian's package has them in
  // the second place; a kernel that somebody built and installed, in the third.
  const places = [
    join(dirname(kernelPath), 'lib/modules', version),
    join('/usr/lib/uml/modules', version),
    join('/lib/modules', version),
  ];
  for (const place of places) if (await exists(join(place, 'modules.dep'))) return place;
  throw failure('recipe-needs', {
    what: `Putting in the modules of ${version}`,
    why: `they are in none of ${places.join(', ')}`,
  });
}
