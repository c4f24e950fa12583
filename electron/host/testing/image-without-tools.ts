import { chmodSync, copyFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';

/** Runs requests of debugfs on an image, and returns what it printed. */
function debugfs(path: string, request: string): string {
  return execFileSync('/usr/sbin/debugfs', ['-w', '-R', request, path], { encoding: 'utf8', stdio: 'pipe' });
}

/** A tiny image whose tools run under dash instead of BusyBox's shell; its path. */
export function imageWithDash(tiny: string, folder: string): string {
  const path = join(folder, 'dash.img');
  copyFileSync(tiny, path);
  chmodSync(path, 0o600);
  const text = join(folder, 'inittab');
  const inittab = debugfs(path, 'cat /etc/inittab');
  writeFileSync(text, inittab.replace(':/usr/sbin/paddock', ':/bin/dash /usr/sbin/paddock'));
  // The program and what ldd(1) says that it needs.
  const needed = execFileSync('ldd', ['/bin/dash'], { encoding: 'utf8' }).match(/\/\S+\.so\S*/g) ?? [];
  const folders = needed.flatMap((file) =>
    dirname(file)
      .split('/')
      .slice(1)
      .map((_, n, all) => `/${all.slice(0, n + 1).join('/')}`),
  );
  for (const needs of new Set(folders)) debugfs(path, `mkdir ${needs}`);
  for (const file of ['/bin/dash', ...needed]) {
    debugfs(path, `write ${realpathSync(file)} ${file}`);
    debugfs(path, `set_inode_field ${file} mode 0100755`);
  }
  debugfs(path, 'rm /etc/inittab');
  debugfs(path, `write ${text} /etc/inittab`);
  return path;
}

/** A tiny image that carries no guest tools, as one of somebody else's; its path. */
export function imageWithoutTools(tiny: string, folder: string): string {
  const path = join(folder, 'plain.img');
  copyFileSync(tiny, path);
  chmodSync(path, 0o600);
  const inittab = debugfs(path, 'cat /etc/inittab');
  const text = join(folder, 'inittab');
  writeFileSync(text, inittab.replace(/^.*guest-tools.*\n/m, ''));
  debugfs(path, 'rm /usr/sbin/paddock-guest-tools');
  debugfs(path, 'rm /etc/inittab');
  debugfs(path, `write ${text} /etc/inittab`);
  return path;
}
