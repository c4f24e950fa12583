import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '@shared/jobs/job.js';
import { OrdinaryUser } from '../../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../../e2e/oracles/processes.js';
import { ImageLab } from '../../testing/image-lab.js';

const MIB = 1024 * 1024;
let user: OrdinaryUser;
let lab: ImageLab;

/** An ext4 of its own, an xfs, a btrfs, and a GPT disk with an ext4 root as its last partition. */
function fill(one: ImageLab): void {
  one.sh(`mkdir -p tree/etc tree/sbin tree/home; echo old > tree/etc/hostname; ln -s /etc/hostname tree/link
    printf 'root:x:0:0:root:/root:/bin/sh\\nbin:x:1:1::/:/bin/false\\n' > tree/etc/passwd
    printf 'root:*:1:0:99999:7:::\\nbin:*:1:0:99999:7:::\\n' > tree/etc/shadow; chmod 640 tree/etc/shadow
    chown 0:42 tree/etc/shadow; echo init > tree/sbin/init; head -c 5M /dev/urandom > tree/home/random
    mke2fs -q -F -t ext4 -b 4096 -d tree ext 32M
    truncate -s 320M x; mkfs.xfs -q -f -s size=4096 x
    truncate -s 160M b; mkfs.btrfs -q -f --rootdir tree b
    truncate -s 80M gpt; printf 'label: gpt\\nstart=2048,size=20480\\nstart=22528\\n' | sfdisk -q gpt
    mke2fs -q -F -t ext4 -b 4096 -d tree part 32M
    dd if=part of=gpt bs=512 seek=22528 conv=notrunc,sparse status=none
    mkdir m; mount -o loop x m; cp -a tree/. m/; umount m`);
  for (const name of ['ext', 'x', 'b', 'gpt']) one.add(name, { rootPartition: name === 'gpt' ? 2 : null });
}

beforeAll(async () => {
  user = OrdinaryUser.make();
  lab = await ImageLab.start(fill, user.name);
}, 60_000);
afterAll(async () => {
  await lab.host.remove();
  user.remove();
});

const sum = (path: string): string => lab.sh(`sha256sum < '${path}'`);

describe('as an ordinary user', () => {
  it.each([
    ['ext', 64],
    ['x', 400],
    ['b', 256],
    ['gpt', 120],
  ])('%s grows with its file system', { timeout: 60_000 }, async (id, sizeMiB) => {
    expect(await lab.job('images.grow', { id, sizeMiB })).toMatchObject({ state: 'succeeded' });
    const disk = lab.disk(id);
    expect(statSync(disk)).toMatchObject({ size: sizeMiB * MIB });
    expect(statSync(disk).mode & 0o777).toBe(0o444);
    expect(lab.image(id).sizeBytes).toBe(sizeMiB * MIB);
    expect(lab.leftovers()).toEqual([]);
    if (id === 'ext')
      expect(lab.sh(`e2fsck -fn ${disk}; dumpe2fs -h ${disk} 2>/dev/null`)).toContain(
        `Block count:              ${sizeMiB * 256}`,
      );
    if (id === 'gpt')
      expect(
        lab.sh(
          `sfdisk -V ${disk} 2>&1; tail -c +$((22528*512+1)) ${disk} > p; e2fsck -fn p; dumpe2fs -h p 2>/dev/null`,
        ),
      ).toMatch(/No errors detected[^]*Block count:\s+2\d{4}\n/);
    if (id === 'x')
      expect(lab.sh(`xfs_repair -n ${disk} 2>&1; xfs_db -r -c 'sb 0' -c 'p dblocks' ${disk}`)).toContain(
        `dblocks = ${sizeMiB * 256}`,
      );
    if (id === 'b')
      expect(lab.sh(`btrfs check ${disk} 2>&1; btrfs filesystem show ${disk}`)).toMatch(
        /no error found[^]*size 256.00MiB/,
      );
  });

  it(
    'a grow that is cancelled, or refused, leaves the image byte for byte',
    { timeout: 60_000 },
    async () => {
      const before = sum(lab.disk('x'));
      const { jobId } = await lab.host.client.must('images.grow', { id: 'x', sizeMiB: 500 });
      await lab.host.until('its second step', ({ jobs }) => jobs[jobId]?.steps[2]?.state === 'now');
      await lab.host.client.must('jobs.cancel', { id: jobId });
      expect(await lab.ended(jobId)).toMatchObject({ state: 'cancelled' });
      expect(sum(lab.disk('x'))).toBe(before);
      expect(lab.leftovers()).toEqual([]);
      expect(await lab.host.client.call('images.grow', { id: 'x', sizeMiB: 10 })).toMatchObject({
        ok: false,
        error: { code: 'argument-invalid' },
      });
    },
  );

  it('a grow whose helper is killed from outside fails, and leaves the image and nothing of the helper', async () => {
    const before = sum(lab.disk('x'));
    const { jobId } = await lab.host.client.must('images.grow', { id: 'x', sizeMiB: 500 });
    await lab.host.until('its helper', ({ jobs }) => jobs[jobId]?.steps[2]?.state === 'now');
    // What the kernel's main process runs for its guest outlives it, stopped, with its output open.
    const pid = (): string => lab.sh(`cat ${lab.host.umlDir}/helper-*/pid 2> /dev/null || true`).trim();
    await expect.poll(pid, { timeout: 20_000 }).toMatch(/^\d+$/);
    const main = pid();
    await expect.poll(() => lab.sh(`pgrep -P ${main} || true`), { timeout: 20_000 }).not.toBe('');
    process.kill(Number(main), 'SIGKILL');
    expect(await lab.ended(jobId)).toMatchObject({ state: 'failed', error: { code: 'image-damaged' } });
    expect(sum(lab.disk('x'))).toBe(before);
    expect(lab.leftovers()).toEqual([]);
    expect(processesNaming(`uml_dir=${lab.host.umlDir}`)).toEqual([]);
  });

  it.each(['ext', 'x', 'b', 'gpt'])(
    '%s is found sound, damaged, and repaired',
    { timeout: 90_000 },
    async (id) => {
      expect(await lab.job('images.check', { id, repair: false })).toMatchObject({
        state: 'succeeded',
        result: `${id} is sound.`,
      });
      // Nothing that is installed damages a btrfs in a way that its check mends.
      if (id === 'b') return;
      if (id === 'x') {
        lab.sh(
          `chmod u+w ${lab.disk(id)}; xfs_db -x -c 'agf 0' -c 'write -d freeblks 1' ${lab.disk(id)}; chmod u-w ${lab.disk(id)}`,
        );
        expect((await lab.job('images.check', { id, repair: false })).result).toMatch(/has errors/);
        expect((await lab.job('images.check', { id, repair: true })).result).toMatch(/was repaired/);
        expect(lab.sh(`xfs_repair -n ${lab.disk(id)} 2>&1`)).not.toMatch(/would/);
        return;
      }
      const disk = lab.disk(id);
      const at = id === 'gpt' ? 22528 * 512 : 0;
      lab.sh(`cp ${disk} kept; tail -c +${at + 1} ${disk} > p; debugfs -w -R 'clri <12>' p 2>/dev/null; chmod u+w ${disk}
      dd if=p of=${disk} bs=4096 seek=$((${at}/4096)) conv=notrunc status=none`);
      expect((await lab.job('images.check', { id, repair: false })).result).toMatch(/has errors/);
      expect((await lab.job('images.check', { id, repair: true })).result).toMatch(/was repaired/);
      expect((await lab.job('images.check', { id, repair: true })).result).toBe(`${id} is sound.`);
      lab.sh(`tail -c +${at + 1} ${disk} > p; e2fsck -fn p; cat kept > ${disk}; chmod 444 ${disk}`);
    },
  );

  it.each(['ext', 'x', 'b', 'gpt'])('%s gives back what it does not use', { timeout: 60_000 }, async (id) => {
    const disk = lab.disk(id);
    const { blocks } = statSync(disk);
    const at = id === 'gpt' ? 22528 * 512 : 0;
    const was = lab.sh(
      `chmod u+w ${disk}; m=$(mktemp -d); mount -o loop,offset=${at} ${disk} $m; head -c 12M /dev/urandom > $m/fill; sync; stat -c %b ${disk}; rm $m/fill; umount $m; chmod 444 ${disk}`,
    );
    const job = await lab.job('images.compact', { id });
    expect(job).toMatchObject({ state: 'succeeded' });
    expect(Number(/^(\d+) MB given back/.exec(job.result ?? '')?.[1])).toBeGreaterThan(5);
    expect(statSync(disk).blocks).toBeLessThan(Number(was));
    expect(statSync(disk).blocks).toBeLessThan(blocks + 8 * 2048);
    expect(statSync(disk).mode & 0o777).toBe(0o444);
    expect(await lab.job('images.check', { id, repair: false })).toMatchObject({ result: `${id} is sound.` });
  });

  it('a checksum, a qcow2 and an archive hold what the image holds', { timeout: 60_000 }, async () => {
    const disk = lab.disk('ext');
    const sha256 = sum(disk).slice(0, 64);
    expect(await lab.job('images.checksum', { id: 'ext' })).toMatchObject({ result: sha256 });
    expect(lab.image('ext').checksum).toMatchObject({ sha256, bytes: statSync(disk).size });
    expect(
      await lab.job('images.convert', { id: 'ext', format: 'qcow2', path: lab.path('out.qcow2') }),
    ).toMatchObject({ state: 'succeeded' });
    expect(lab.sh(`qemu-img info out.qcow2; qemu-img compare -f qcow2 -F raw out.qcow2 ${disk}`)).toMatch(
      /file format: qcow2[^]*identical/,
    );
    const again = await lab.job('images.convert', {
      id: 'ext',
      format: 'qcow2',
      path: lab.path('out.qcow2'),
    });
    expect(again).toMatchObject({ state: 'failed', error: { code: 'export-exists' } });
    expect(await lab.job('images.export', { id: 'ext', path: lab.path('ext.paddock') })).toMatchObject({
      state: 'succeeded',
    });
    expect(lab.sh('tar -tf ext.paddock; tar -xOf ext.paddock disk.img.zst | zstd -dc | sha256sum')).toBe(
      `paddock-image.json\ndisk.img.zst\n${sha256}  -\n`,
    );
    expect(await lab.job('images.import', { path: lab.path('ext.paddock'), name: 'again' })).toMatchObject({
      state: 'succeeded',
      result: 'again',
    });
    expect(sum(lab.disk('again')).slice(0, 64)).toBe(sha256);
    expect(statSync(lab.disk('again')).blocks).toBeLessThan(statSync(disk).blocks + 2048);
    for (const name of [null, 'again'])
      expect(
        await lab.host.client.call('images.import', { path: lab.path('ext.paddock'), name }),
      ).toMatchObject({ ok: false, error: { code: 'image-name-taken' } });
  });

  it(
    'archives that were cut, changed or are none are refused, and nothing is left',
    { timeout: 60_000 },
    async () => {
      const bytes = readFileSync(lab.path('ext.paddock'));
      const manifest = bytes.subarray(512, bytes.indexOf('}\n\0', 512) + 2).toString();
      const made = (name: string, content: Uint8Array): string => {
        writeFileSync(lab.path(name), content);
        return lab.path(name);
      };
      const changed = Buffer.from(bytes);
      changed[changed.length - 20_000] = (changed[changed.length - 20_000] ?? 0) ^ 1;
      const pack = (
        name: string,
        text: string,
        disk = 'tar -xOf ext.paddock disk.img.zst > t/disk.img.zst',
      ): string => {
        writeFileSync(lab.path('m.json'), text);
        lab.sh(
          `rm -rf t; mkdir t; cp m.json t/paddock-image.json; ${disk}; tar --format=ustar -C t -cf ${name} paddock-image.json disk.img.zst`,
        );
        return lab.path(name);
      };
      const hostile: [path: string, why: RegExp][] = [
        [made('cut', bytes.subarray(0, bytes.length / 2)), /cut off/],
        [made('flipped', changed), /damaged|not the one/],
        [made('none', Buffer.from('hello')), /no archive/],
        [made('empty', Buffer.alloc(0)), /no archive/],
        [pack('larger', manifest.replace(/"bytes": \d+/, '"bytes": 1048576')), /more in it/],
        [pack('smaller', manifest.replace(/"bytes": \d+/, '"bytes": 1073741824')), /instead of/],
        [pack('sum', manifest.replace(/"sha256": "\w{8}/, '"sha256": "00000000')), /not the one/],
        [pack('extra', manifest.replace('"version"', '"path": "/etc/passwd", "version"')), /manifest/],
        [pack('bomb', manifest, 'head -c 2G /dev/zero | zstd -q > t/disk.img.zst'), /more in it/],
        [pack('linked', manifest, 'ln -s /etc/passwd t/disk.img.zst'), /no disk in it/],
        [pack('text', '{'), /manifest/],
      ];
      for (const [n, [path, why]] of hostile.entries()) {
        const answer = await lab.host.client.call('images.import', { path, name: `hostile-${n}` });
        const error = answer.ok ? (await lab.ended(answer.value.jobId)).error : answer.error;
        expect([path, error?.code]).toEqual([path, 'image-source']);
        expect(error?.params['why']).toMatch(why);
      }
      expect(lab.leftovers()).toEqual([]);
      expect(Object.keys(lab.host.state.images).filter((id) => id.startsWith('hostile'))).toEqual([]);
    },
  );

  it('a full disk leaves nothing, and is told', { timeout: 60_000 }, async () => {
    const small = lab.path('small');
    lab.sh(
      `mkdir small; mount -t tmpfs -o size=4M,mode=777 none small; head -c 6M /dev/urandom > tree/home/more`,
    );
    try {
      const failed = async (job: Promise<Job>): Promise<unknown> => (await job).error?.code;
      expect(
        await failed(lab.job('images.convert', { id: 'ext', format: 'qcow2', path: `${small}/q` })),
      ).toBe('no-space');
      expect(await failed(lab.job('images.export', { id: 'ext', path: `${small}/a` }))).toBe('no-space');
      for (const id of ['ext', 'b'])
        expect(
          await lab.host.client.call('images.readFile', { id, path: '/home/random', to: `${small}/${id}` }),
        ).toMatchObject({ ok: false });
      expect(lab.sh('ls -A small')).toBe('');
    } finally {
      lab.sh('umount small');
    }
  });
});

describe('as root', () => {
  it('the same is done', { timeout: 60_000 }, async () => {
    const own = await ImageLab.start(fill);
    try {
      expect((await own.job('images.grow', { id: 'b', sizeMiB: 300 })).error).toBeNull();
      expect(
        await own.job('images.customise', { id: 'b', changes: { hostname: 'fresh' }, secrets: {} }),
      ).toMatchObject({ state: 'succeeded' });
      expect(await own.job('images.compact', { id: 'gpt' })).toMatchObject({ state: 'succeeded' });
      await own.host.client.must('images.readFile', { id: 'b', path: '/link', to: own.path('name') });
      expect(readFileSync(own.path('name'), 'utf8')).toBe('fresh\n');
    } finally {
      await own.host.remove();
    }
  });
});
