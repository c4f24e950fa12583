import type { Image } from '@shared/images/image.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { log } from '../../platform/log.js';
import { runProgram } from '../../platform/run-program.js';
import { diskParts, isExt, type DiskPart } from './disk-parts.js';
import { extName, withPlainPath } from './ext-tools.js';
import { runHelper } from './helper-uml.js';

const LOOK_LIMIT_MS = 20_000;
/** What a root has, and how sure that makes one. */
const signs: readonly (readonly [path: string, weight: number])[] = [
  ['/etc/os-release', 2],
  ['/sbin/init', 2],
  ['/usr/sbin/init', 2],
  ['/etc/passwd', 2],
  ['/bin/sh', 1],
  ['/etc', 1],
];

/**
 * Where the root file system of a raw disk is, and what it is, by looking into its partitions. Those that only a
 * kernel can open are looked at in a helper, when `kernels` are given and it isn't clear already.
 */
export async function findRoot(
  path: string,
  kernels?: KernelService,
): Promise<Pick<Image, 'rootPartition' | 'filesystem'>> {
  const { table, parts } = diskParts(path);
  const known = parts.filter(({ filesystem }) => filesystem !== 'unknown');
  const answer = (part: DiskPart | undefined): Pick<Image, 'rootPartition' | 'filesystem'> => ({
    rootPartition: part?.partition ?? null,
    filesystem: part?.filesystem ?? 'unknown',
  });
  if (table === null || known.length <= 1) return answer(known[0]);
  const scores = await Promise.all(
    known.map(async (part) => (isExt(part.filesystem) ? await extScore(path, part) : 0)),
  );
  const others = known.filter(({ filesystem }) => !isExt(filesystem));
  if (Math.max(...scores) < 4 && others.length > 0 && kernels !== undefined) {
    const seen = await helperScores(path, others, kernels);
    for (const [n, part] of known.entries()) scores[n] = seen.get(part.partition) ?? scores[n] ?? 0;
  }
  const best = Math.max(...scores);
  if (best > 0) return answer(known[scores.indexOf(best)]);
  // Nothing tells: the largest one.
  return answer(known.toSorted((a, b) => b.bytes - a.bytes)[0]);
}

/** The part of a disk that holds the root file system of an image: as its record says, or found by looking. */
export async function rootPart(
  image: Pick<Image, 'path' | 'rootPartition'>,
  kernels: KernelService,
): Promise<DiskPart> {
  const { table, parts } = diskParts(image.path);
  // A file of somebody's that joined the library as it was has no such note.
  const number =
    table === null ? null : (image.rootPartition ?? (await findRoot(image.path, kernels)).rootPartition);
  const part = parts.find(({ partition }) => partition === number);
  return part ?? { partition: null, start: 0, bytes: 0, filesystem: 'unknown' };
}

async function extScore(path: string, part: DiskPart): Promise<number> {
  return withPlainPath(path, async (plain) => {
    const found = await Promise.all(
      signs.map(async ([sign, weight]) => {
        const said = await runProgram(['debugfs', '-R', `stat ${sign}`, extName(plain, part)], {
          timeoutMs: LOOK_LIMIT_MS,
        }).catch(() => '');
        return said.startsWith('Inode:') ? weight : 0;
      }),
    );
    return found.reduce((sum, weight) => sum + weight, 0);
  });
}

async function helperScores(
  path: string,
  parts: readonly DiskPart[],
  kernels: KernelService,
): Promise<Map<number | null, number>> {
  const script = parts
    .map(
      ({ partition, filesystem }) =>
        `if mount -t ${filesystem} -o ro${filesystem === 'xfs' ? ',norecovery' : ''} /dev/ubdb${partition} /mnt; then s=0
${signs.map(([sign, weight]) => `[ -e /mnt${sign} ] || [ -L /mnt${sign} ] && s=$((s + ${weight}))`).join('\n')}
echo "part ${partition} $s"; umount /mnt; fi`,
    )
    .join('\n');
  const said = await runHelper({
    name: 'a look at a disk',
    kernels,
    script: `${script}\ntrue`,
    disks: [{ path, readOnly: true }],
    timeoutMs: LOOK_LIMIT_MS,
  }).catch((error: Error) => {
    log('warn', 'no look into partitions', { path, error: error.message });
    return '';
  });
  return new Map(
    [...said.matchAll(/^part (\d+) (\d+)$/gm)].map(([, n, score]) => [Number(n), Number(score)]),
  );
}
