import { join } from 'node:path';
import { exists } from './files.js';

/** True when a program is in one of the usual folders. */
export async function findTool(program: string): Promise<boolean> {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`
    .split(':')
    .filter((one) => one !== '');
  for (const folder of folders) if (await exists(join(folder, program))) return true;
  return false;
}
