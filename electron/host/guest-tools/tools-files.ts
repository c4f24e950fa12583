import install from '../../../assets/guest-tools/install.sh?raw';
import program from '../../../assets/guest-tools/paddock-guest-tools.sh?raw';
import type { RecipeFile } from '@shared/images/tiny-recipe.js';

/** The guest tools as the tiny image carries them; its inittab starts them. */
export const tinyToolsFile: RecipeFile = { path: 'usr/sbin/paddock-guest-tools', mode: 0o755, text: program };

/** What a guest installs them from: the program, and a script that adds it to the guest's init. */
export const toolsFolderFiles: readonly RecipeFile[] = [
  { path: 'paddock-guest-tools.sh', mode: 0o644, text: program },
  { path: 'install.sh', mode: 0o644, text: install },
];
