import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@shared/errors/paddock-error.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelLibrary } from '../../kernels/kernel-library.js';
import { KernelService } from '../../kernels/kernel-service.js';
import { StateStore } from '../../state-store.js';
import { runHelper } from './helper-uml.js';
import { findRoot, importDisk } from './import-disk.js';
import { processesNaming } from '../../../../e2e/oracles/processes.js';

const folder = mkdtempSync('/tmp/pdk-disks-');
const kernels = new KernelService(new StateStore(), new KernelLibrary('/nowhere'));
const at = (name: string): string => join(folder, name);
const sh = (script: string): string =>
  execFileSync('bash', ['-ec', script], { cwd: folder, encoding: 'utf8' });
const whyOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it worked',
    (error: unknown) => (error instanceof Failure ? error.message : String(error)),
  );

beforeAll(() => {
  process.env['XDG_RUNTIME_DIR'] = folder;
  mkdirSync(at('paddock'), { mode: 0o700 });
  mkdirSync(at('tree/etc'), { recursive: true });
  mkdirSync(at('tree/sbin'));
  writeFileSync(at('tree/etc/passwd'), 'root::0:0::/:/bin/sh\n');
  writeFileSync(at('tree/sbin/init'), '');
  sh(`mke2fs -q -F -t ext4 -b 4096 -d tree root.img 16M
    qemu-img create -q -f raw other.img 8M; mke2fs -q -F -t ext4 -b 4096 other.img`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('disks of other formats', () => {
  it.each([
    'qcow2',
    'qcow2 -c',
    'vmdk',
    'vdi',
    'vhdx',
    'vpc -o subformat=dynamic,force_size=on',
    'parallels',
    'qed',
    'raw',
  ])('takes %s as it is', async (format) => {
    sh(`rm -f in out; qemu-img convert -f raw -O ${format} root.img in`);
    const told: number[] = [];
    await importDisk(at('in'), at('out'), { onProgress: (fraction) => told.push(fraction) });
    sh('cmp -n $((16*1024*1024)) root.img out');
    expect(statSync(at('out')).size % 4096).toBe(0);
    expect(told.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(await findRoot(at('out'))).toEqual({ rootPartition: null, filesystem: 'ext4' });
  });

  it('refuses what refers to another file, is encrypted, or is not whole, and leaves nothing', async () => {
    // qemu-img times its key derivation, and gives up when a busy machine makes that too uneven.
    sh(`again() { "$@" || "$@" || "$@"; }
      qemu-img create -q -f qcow2 -b root.img -F raw backed
      qemu-img create -q -f qcow2 -o data_file=outside.raw outside 8M
      qemu-img create -q -f vmdk -o subformat=monolithicFlat flat.vmdk 8M
      qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse extents.vmdk 8M
      qemu-img create -q -f vmdk -b extents.vmdk -F vmdk child.vmdk
      qemu-img create -q -f qed -b root.img -F raw backed.qed
      again qemu-img create -q -f qcow2 --object secret,id=s,data=pw -o encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10 encrypted 8M
      again qemu-img create -q -f luks --object secret,id=s,data=pw -o key-secret=s,iter-time=10 locked.luks 8M
      qemu-img convert -O qcow2 root.img cut; truncate -s 70000 cut
      qemu-img create -q -f qcow2 absurd 60T
      printf 'QFI\\xfb' > short; : > empty; printf OOOM > layer; truncate -s 8192 layer`);
    const names = [
      'backed',
      'outside',
      'flat.vmdk',
      'extents.vmdk',
      'child.vmdk',
      'backed.qed',
      'encrypted',
      'locked.luks',
      'cut',
      'absurd',
      'empty',
      'layer',
    ];
    const before = readdirSync(folder);
    const whys = await Promise.all(names.map((name) => whyOf(importDisk(at(name), at(`no-${name}`), {}))));
    expect(whys.filter((why) => !why.startsWith('No image can be made of'))).toEqual([]);
    expect(whys.slice(0, 4).every((why) => why.includes('refers to another file'))).toBe(true);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('leaves nothing when it is cancelled, and nothing when the disk is full', async () => {
    sh('head -c 40M /dev/urandom > big; qemu-img convert -f raw -O qcow2 big big.qcow2');
    const abort = new AbortController();
    const work = importDisk(at('big.qcow2'), at('cancelled'), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(await whyOf(work)).toMatch(/cancel/i);
    mkdirSync(at('small'));
    sh('mount -t tmpfs -o size=8M none small');
    try {
      for (const from of ['big', 'big.qcow2'])
        expect(await whyOf(importDisk(at(from), at('small/out'), {}))).toMatch(/are free/);
      // Clusters that are there twice can't be counted before.
      expect(readdirSync(at('small'))).toEqual([]);
    } finally {
      sh('umount small');
    }
    expect(readdirSync(folder)).not.toContain('cancelled');
  });
});

describe('partitions', () => {
  it('finds the root in a GPT, in a logical partition, and pads without moving anything', async () => {
    sh(`truncate -s 64M gpt; printf 'label: gpt\\nstart=2048,size=16384\\nstart=18432,size=32768\\n' | sfdisk -q gpt
      dd -q if=other.img of=gpt bs=512 seek=2048 conv=notrunc status=none 2>/dev/null || dd if=other.img of=gpt bs=512 seek=2048 conv=notrunc status=none
      dd if=root.img of=gpt bs=512 seek=18432 conv=notrunc status=none
      truncate -s 64M mbr; printf 'label: dos\\nstart=2048,size=16384\\nstart=20480,type=5\\nstart=22528,size=16384\\nstart=40960,size=32768\\n' | sfdisk -q mbr
      dd if=other.img of=mbr bs=512 seek=22528 conv=notrunc status=none
      dd if=root.img of=mbr bs=512 seek=40960 conv=notrunc status=none`);
    truncateSync(at('gpt'), 64 * 1024 * 1024 + 512);
    await importDisk(at('gpt'), at('gpt2'), {});
    expect(statSync(at('gpt2')).size).toBe(64 * 1024 * 1024 + 4096);
    expect(await findRoot(at('gpt2'))).toEqual({ rootPartition: 2, filesystem: 'ext4' });
    expect(await findRoot(at('mbr'))).toEqual({ rootPartition: 6, filesystem: 'ext4' });
  });

  it('looks into xfs and btrfs with a helper', async () => {
    sh(`truncate -s 700M both; printf 'label: gpt\\nstart=2048,size=640000\\nstart=643072,size=640000\\n' | sfdisk -q both
      truncate -s 320000K x; mkfs.xfs -q -f -s size=4096 x; truncate -s 320000K b; mkfs.btrfs -q -f --rootdir tree b
      dd if=x of=both bs=512 seek=2048 conv=notrunc,sparse status=none
      dd if=b of=both bs=512 seek=643072 conv=notrunc,sparse status=none`);
    expect(await findRoot(at('both'), kernels)).toEqual({ rootPartition: 2, filesystem: 'btrfs' });
  });
});

describe('helpers', () => {
  const task = { name: 'a test', kernels, disks: [], timeoutMs: 30_000 };

  it('see of this computer what they are given, and work as root on disks', async () => {
    mkdirSync(at("it's, odd: x"));
    writeFileSync(at("it's, odd: x/file"), 'theirs');
    sh('cp root.img work.img');
    const lines: string[] = [];
    const said = await runHelper({
      ...task,
      script: `set -e
        id -u; cat /job/secret; cat /host/it/file; echo
        ! echo no > /host/it/file; ! ls /home ${folder} 2>/dev/null
        mount -t ext4 /dev/ubdb /mnt; echo made > /mnt/made; chown 33:44 /mnt/made; umount /mnt`,
      disks: [{ path: at('work.img'), readOnly: false }],
      folders: { it: at("it's, odd: x") },
      files: { secret: 'word\n' },
      onLine: (line) => lines.push(line),
    });
    expect(said.split('\n').slice(0, 3)).toEqual(['0', 'word', 'theirs']);
    expect(lines.join('\n').trimEnd()).toBe(said);
    expect(sh(`debugfs -R 'stat /made' work.img 2>/dev/null; e2fsck -fn work.img`)).toMatch(
      /User:\s+33\s+Group:\s+44/,
    );
  });

  it('fail with what they said, end in time and by cancel, and leave nothing', async () => {
    const failed = await runHelper({ ...task, script: 'echo before; exit 7' }).catch(
      (error: Failure) => error,
    );
    expect(failed).toMatchObject({
      error: { code: 'tool-failed', params: { exitCode: 7 }, detail: { lastLines: ['before', ''] } },
    });
    const late = await runHelper({ ...task, script: 'echo begun; sleep 100', timeoutMs: 3000 }).catch(
      (error: Failure) => error,
    );
    expect(late).toMatchObject({ error: { code: 'tool-failed', params: { exitCode: 'no answer in time' } } });
    const abort = new AbortController();
    const work = runHelper({
      ...task,
      script: 'echo begun; sleep 100',
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    expect(await whyOf(work)).toMatch(/cancel/i);
    expect(readdirSync(at('paddock'))).toEqual(['uml']);
    expect(readdirSync(at('paddock/uml'))).toEqual([]);
    expect(processesNaming(folder)).toEqual([]);
  });
});
