import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VmId } from '@shared/vms/vm-id.js';
import { checkMerge, mergeBlocks, mergeInto } from '../blocks/merge-blocks.js';
import { exec } from '../testing/guest-exec.js';
import { sha256, umlMoo, writeLayer, writeRandomDisk } from '../testing/layer-files-by-hand.js';
import { randomFrom, wholeFrom } from '../testing/random.js';
import { TestHost } from '../testing/test-host.js';

/** What the guest saw = what uml_moo makes = what Paddock makes, byte for byte, on the real kernel. */

const SEED = Number(process.env['MERGE_SEED'] ?? Date.now() % 100_000);
/** Rounds with a disk each in ubd1 to ubd6. */
const ROUNDS = Number(process.env['MERGE_ROUNDS'] ?? 20);
const UNITS = [1, 2, 3, 4, 5, 6] as const;
const random = randomFrom(SEED);
const told = (): void => {};

let host: TestHost;
let id: VmId;
let folder: string;
beforeAll(async () => {
  host = await TestHost.start();
  folder = join(host.home, 'disks');
  mkdirSync(folder);
  id = await host.makeTiny({ memoryMiB: 128 });
  await host.login(id);
  await host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.readyAt != null);
});
afterAll(() => host.remove());

const device = (unit: number): string => `/dev/ubd${String.fromCharCode(97 + unit)}`;

async function plug(unit: number, layer: string, base: string): Promise<void> {
  await host.client.must('vms.mconsole', { id, command: `config ubd${unit}=${layer},${base}` });
}

async function unplug(unit: number): Promise<void> {
  await host.client.must('vms.mconsole', { id, command: `remove ubd${unit}` });
}

/** Runs a script in the guest; what it prints. */
async function inGuest(script: string): Promise<string> {
  const { exitCode, output, errors, error } = await exec(host, id, ['sh', '-ec', script], { timeoutS: 120 });
  expect({ exitCode, error, errors: errors.toString() }).toEqual({ exitCode: 0, error: null, errors: '' });
  return output.toString();
}

/**
 * Without reading ahead the kernel asks for a page at a time. It reads wrong data where a request has several pages of
 * which one is partly in the layer (facts/images-and-cow 0.1), as on these disks, which are written by sectors.
 */
const noReadAhead = UNITS.map(
  (unit) => `echo 0 > /sys/block/${device(unit).slice(5)}/queue/read_ahead_kb`,
).join('\n');

/** Random writes, zeros and discards, straight to the disk, in sectors: pages of it are then partly in the layer. */
function randomWrites(unit: number, sectors: number): string {
  const lines: string[] = [];
  for (let n = wholeFrom(random, 1, 8); n > 0; n -= 1) {
    const start = wholeFrom(random, 0, sectors - 1);
    const count = Math.min(
      sectors - start,
      random() < 0.5 ? wholeFrom(random, 1, 9) : wholeFrom(random, 16, 400),
    );
    const what = random();
    if (what < 0.15) {
      lines.push(`blkdiscard -o ${start * 512} -l ${count * 512} ${device(unit)}`);
      continue;
    }
    const source = what < 0.75 ? '/dev/urandom' : '/dev/zero';
    // Small ones a sector at a time, as a file system's journal writes; large ones at once, as one request.
    const block = count <= 9 ? 1 : count;
    lines.push(
      `dd if=${source} of=${device(unit)} bs=${block * 512} count=${count / block} oflag=direct,seek_bytes iflag=fullblock seek=${start * 512} conv=notrunc status=none`,
    );
  }
  return lines.join('\n');
}

/** That both engines make of base and layer what the guest saw. */
function expectTruth(base: string, layer: string, guestSha: string, what: string): void {
  const [moo, ours] = [`${layer}.moo`, `${layer}.ours`];
  umlMoo(base, layer, moo);
  mergeBlocks(base, layer, ours, told);
  expect({ what, uml_moo: sha256(moo), ours: sha256(ours) }).toEqual({
    what,
    uml_moo: guestSha,
    ours: guestSha,
  });
  expect(checkMerge(base, layer, ours, told)).toBeNull();
  const room = (path: string): number => statSync(path).blocks * 512;
  expect(room(ours)).toBeLessThanOrEqual((room(base) + room(layer)) * 1.02);
  // And into the base itself.
  execFileSync('chmod', ['u+w', base]);
  mergeInto(base, layer, told);
  expect({ what, into: sha256(base) }).toEqual({ what, into: guestSha });
  for (const path of [moo, ours, base, layer]) rmSync(path);
}

test(`${ROUNDS * UNITS.length} random disks of any size, written, zeroed and discarded by sectors (seed ${SEED})`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const disks = UNITS.map((unit) => {
      // Large enough for the kernel's search for partition tables: it was seen to hang on a disk of 13 sectors.
      const sectors = wholeFrom(random, 64, 2500);
      const [base, layer] = [join(folder, `${round}-${unit}.img`), join(folder, `${round}-${unit}.cow`)];
      writeRandomDisk(base, sectors * 512, random);
      // Made by us, or by the kernel when it is plugged in.
      if (unit % 2 === 0) writeLayer(layer, base);
      return { unit, sectors, base, layer };
    });
    for (const { unit, layer, base } of disks) await plug(unit, layer, base);
    const script = disks.map(({ unit, sectors }) => randomWrites(unit, sectors)).join('\n');
    const sums = disks.map(({ unit }) => `sha256sum ${device(unit)}`);
    const said = await inGuest(
      `${noReadAhead}\n${script}\nsync\necho 3 > /proc/sys/vm/drop_caches\n${sums.join('\n')}`,
    );
    const shas = [...said.matchAll(/^([0-9a-f]{64}) /gm)].map(([, sha]) => sha);
    expect(shas).toHaveLength(disks.length);
    for (const { unit } of disks) await unplug(unit);
    for (const [n, { base, layer, unit }] of disks.entries())
      expectTruth(base, layer, shas[n] ?? '', `seed ${SEED} round ${round} ubd${unit}`);
  }
  console.log(`merge truth: ${ROUNDS * UNITS.length} random disks, guest = uml_moo = ours (seed ${SEED})`);
}, 600_000);

/** Files written, changed in place, deleted and trimmed in a mounted file system. */
function fileSystemScript(unit: number, type: string): string {
  const files = Array.from({ length: 12 }, (_, n) => n);
  return `mkdir -p /mnt/t
mount -t ${type} ${device(unit)} /mnt/t
${files.map((n) => `dd if=/dev/urandom of=/mnt/t/f${n} bs=${wholeFrom(random, 1, 9000)} count=${wholeFrom(random, 1, 60)} status=none`).join('\n')}
sync
${files.map((n) => `dd if=/dev/zero of=/mnt/t/f${n} bs=1000 count=2 seek=${wholeFrom(random, 0, 30)} conv=notrunc status=none`).join('\n')}
rm /mnt/t/f1 /mnt/t/f4 /mnt/t/f7
sync
fstrim /mnt/t
umount /mnt/t
echo 3 > /proc/sys/vm/drop_caches
sha256sum ${device(unit)}
`;
}

test.each([
  ['ext4', 24, 6, ['mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096']],
  ['xfs', 300, 2, ['mkfs.xfs', '-q', '-f', '-s', 'size=4096']],
] as const)(
  '%s: what the guest reads of the whole disk, %i MB, %i times',
  async (type, sizeMiB, times, mkfs) => {
    for (let n = 0; n < times; n += 1) {
      const [base, layer] = [join(folder, `${type}-${n}.img`), join(folder, `${type}-${n}.cow`)];
      execFileSync('truncate', ['-s', `${sizeMiB}M`, base]);
      execFileSync(mkfs[0], [...mkfs.slice(1), base], { stdio: ['ignore', 'ignore', 'pipe'] });
      writeLayer(layer, base);
      await plug(1, layer, base);
      const said = await inGuest(fileSystemScript(1, type));
      await unplug(1);
      expectTruth(base, layer, /[0-9a-f]{64}/.exec(said)?.[0] ?? '', `seed ${SEED} ${type} ${n}`);
    }
  },
  300_000,
);

/** A disk that is read in two ways: a page at a time, which is right, and several at once. */
function readTwice(unit: number): string {
  const ahead = `/sys/block/${device(unit).slice(5)}/queue/read_ahead_kb`;
  return [
    `echo 0 > ${ahead}`,
    `sha256sum ${device(unit)}`,
    `echo 128 > ${ahead}`,
    `sha256sum ${device(unit)}`,
  ]
    .map((line) => `echo 3 > /proc/sys/vm/drop_caches\n${line}`)
    .join('\n');
}

test.each([
  ['ext4 with 1 KB blocks', 'ext4', 60, ['mke2fs', '-q', '-F', '-t', 'ext4', '-b', '1024'], 1024],
  ['xfs with sectors of 512 bytes', 'xfs', 300, ['mkfs.xfs', '-q', '-f'], 512],
] as const)(
  'the trap: %s reads wrong on a bare kernel, is right on the disk, and is refused here',
  async (_name, type, sizeMiB, mkfs, blockSize) => {
    const [base, layer] = [join(folder, `small-${type}.img`), join(folder, `small-${type}.cow`)];
    execFileSync('truncate', ['-s', `${sizeMiB}M`, base]);
    execFileSync(mkfs[0], [...mkfs.slice(1), base], { stdio: ['ignore', 'ignore', 'pipe'] });
    // By hand, past every guard of Paddock's.
    writeLayer(layer, base);
    await plug(1, layer, base);
    const write = Array.from({ length: 60 }, (_, n) => (n * 31 + 7) * 1024)
      .map(
        (at) =>
          `dd if=/dev/urandom of=/mnt/t/file bs=1000 count=1 seek=${at} oflag=seek_bytes conv=notrunc,fsync status=none`,
      )
      .join('\n');
    const said = await inGuest(`mkdir -p /mnt/t
mount -t ${type} ${device(1)} /mnt/t
dd if=/dev/urandom of=/mnt/t/file bs=1M count=2 status=none
sync
umount /mnt/t
mount -t ${type} ${device(1)} /mnt/t
${write}
umount /mnt/t
${readTwice(1)}`);
    await unplug(1);
    const [byPage, atOnce] = [...said.matchAll(/^([0-9a-f]{64}) /gm)].map(([, sha]) => sha);
    // The kernel gives two answers for the same disk; that of single pages is what is on it.
    const moo = `${layer}.moo`;
    umlMoo(base, layer, moo);
    expect(byPage).toBe(sha256(moo));
    expect(atOnce).not.toBe(byPage);
    // Paddock makes no layer on such a base, and gives a full copy instead, which has no such trouble.
    expect(await host.client.call('layers.create', { image: base, name: 'small', note: '' })).toMatchObject({
      ok: false,
      error: { code: 'image-small-blocks', params: { blockSize } },
    });
    const asked = { name: null, image: base, memoryMiB: 64, kernelPath: null, consoles: [], start: false };
    expect(await host.client.call('vms.create', asked)).toMatchObject({
      ok: false,
      error: { code: 'image-small-blocks' },
    });
    const copy = await host.client.must('vms.create', { ...asked, disk: 'copy' });
    const own = join(host.dataDir, 'vms', copy.id, host.vm(copy.id).disks[0]?.file ?? '');
    expect(sha256(own)).toBe(sha256(base));
    expect(host.vm(copy.id).disks).toMatchObject([
      { kind: 'own', origin: `a full copy of small-${type}.img` },
    ]);
  },
  120_000,
);

test('a base whose size is no multiple of 512, whose tail uml_moo would lose, is refused', async () => {
  const base = join(folder, 'tail.img');
  writeRandomDisk(base, 1_048_576, random);
  truncateSync(base, 1_048_676);
  expect(await host.client.call('layers.create', { image: base, name: 'tail', note: '' })).toMatchObject({
    ok: false,
    error: { code: 'image-size-odd', params: { size: 1_048_676 } },
  });
});
