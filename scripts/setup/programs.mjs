import fs from 'node:fs';
import path from 'node:path';

/** The path of a program, or undefined. */
export function findProgram(name, env = process.env) {
  // An ordinary user's PATH often lacks sbin, where mke2fs and e2fsck live.
  const folders = `${env.PATH ?? ''}:/usr/sbin:/sbin`.split(':').filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
