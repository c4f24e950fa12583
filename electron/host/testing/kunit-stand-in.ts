import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where busybox-static puts it. */
const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? 'busybox';
const off = '# CONFIG_KUNIT is not set\n';

/**
 * A kernel that stands in for one with KUnit, which takes minutes to build (kunit.slow.test.ts does it): Debian's, which
 * says of itself that it has KUnit, and an initial ramdisk whose init prints what `texts` has for the glob on its command
 * line, '' for none, and halts. All else is real.
 */
export function kunitStandIn(
  folder: string,
  from: string,
  texts: Readonly<Record<string, string>>,
): { kernelPath: string; extra: string[] } {
  const kernelPath = join(folder, 'linux');
  const binary = readFileSync(from);
  const at = binary.indexOf(off);
  if (at < 0) throw new Error(`${from} doesn’t say that it has no KUnit`);
  binary.write('CONFIG_KUNIT=y'.padEnd(off.length, '\n'), at);
  writeFileSync(kernelPath, binary, { mode: 0o755 });
  const tree = join(folder, 'ramdisk');
  mkdirSync(join(tree, 'proc'), { recursive: true });
  mkdirSync(join(tree, 'bin'));
  copyFileSync(busybox, join(tree, 'bin/busybox'));
  symlinkSync('busybox', join(tree, 'bin/sh'));
  const cases = Object.entries(texts).map(([glob, text], n) => {
    writeFileSync(join(tree, `said${n}`), text);
    return `'${glob}') busybox cat /said${n};;`;
  });
  writeFileSync(
    join(tree, 'init'),
    `#!/bin/sh\nbusybox mount -t proc proc /proc\nglob=$(busybox sed -n 's/.*kunit.filter_glob=\\([^ ]*\\).*/\\1/p' /proc/cmdline)\ncase "$glob" in\n${cases.join('\n')}\nhang) busybox sleep 1000;;\nesac\nbusybox poweroff -f\n`,
  );
  chmodSync(join(tree, 'init'), 0o755);
  const ramdisk = join(folder, 'ramdisk.cpio');
  const names = execFileSync('find', ['.'], { cwd: tree });
  writeFileSync(
    ramdisk,
    execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
      cwd: tree,
      input: names,
      maxBuffer: 64 * 1024 * 1024,
    }),
  );
  return { kernelPath, extra: [`initrd=${ramdisk}`] };
}
