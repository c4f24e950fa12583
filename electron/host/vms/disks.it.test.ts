import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noDiskFlags, type DiskFlags, type DiskSource } from '@shared/layers/disk.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { cowByHand, fileIn, locksOn, makeDisk, outcome, sha } from '../testing/layer-oracles.js';
import { TestHost } from '../testing/test-host.js';

// A boot takes two seconds, and ten where other suites run beside it.
vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

interface Wanted {
  unit?: number | null;
  flags?: Partial<DiskFlags>;
  serial?: string | null;
}
const asked = (vmId: VmId, source: DiskSource, { unit = null, flags, serial = null }: Wanted) => ({
  vmId,
  unit,
  source,
  flags: { ...noDiskFlags, ...flags },
  serial,
});
const add = async (id: VmId, source: DiskSource, wanted: Wanted = {}): Promise<number> =>
  (await host.client.must('disks.add', asked(id, source, wanted))).unit;
const refusal = (id: VmId, source: DiskSource, wanted: Wanted = {}): Promise<string> =>
  outcome(host.client.call('disks.add', asked(id, source, wanted)));
const rawDisk = (name: string, fill: string, bytes = 1 << 20): string => {
  const path = join(host.home, name);
  writeFileSync(path, Buffer.alloc(bytes, fill));
  return path;
};
const files = (id: VmId): string[] => readdirSync(join(host.dataDir, 'vms', id)).sort();
const halt = async (id: VmId): Promise<void> => {
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
};

test('up to eight disks, each there at once in the machine that runs, and away again when nobody has it open', async () => {
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  const base = host.vm(id).disks[0]?.basePath ?? '';
  const shaOf = async (name: string): Promise<string> =>
    (await con0.run(`sha256sum /dev/${name}`)).split(' ')[0] ?? '';
  const mountable = makeDisk(host.home, 'mountable.img');
  const before = sha(mountable);

  expect(await add(id, { kind: 'file', path: mountable }, { serial: 'DISK-1.a' })).toBe(1);
  expect(await add(id, { kind: 'layer', image: 'tiny' })).toBe(2);
  expect(await add(id, { kind: 'empty', sizeMiB: 5 })).toBe(3);
  expect(await add(id, { kind: 'swap', sizeMiB: 16 })).toBe(4);
  expect(await add(id, { kind: 'copy', image: mountable }, { unit: 6 })).toBe(6);
  expect(await refusal(id, { kind: 'empty', sizeMiB: 1 }, { unit: 6 })).toBe('disk-taken');
  const { layerId } = await host.client.must('layers.create', { image: 'tiny', name: 'free', note: 'n' });
  expect(await add(id, { kind: 'free-layer', layerId })).toBe(5);
  expect(host.state.layers[layerId]).toBeUndefined();
  expect(await add(id, { kind: 'empty', sizeMiB: 1 })).toBe(7);
  expect(await refusal(id, { kind: 'empty', sizeMiB: 1 })).toBe('disks-full');
  expect(host.vm(id).disks.map(({ isPlugged }) => isPlugged)).toEqual(Array(8).fill(true));

  expect(await con0.run(`awk '/ubd/ { print $4, $3 }' /proc/partitions | sort`)).toBe(
    'ubda 16384\nubdb 8192\nubdc 16384\nubdd 5120\nubde 16384\nubdf 16384\nubdg 8192\nubdh 1024',
  );
  expect(await shaOf('ubdb')).toBe(before);
  expect(await shaOf('ubdc')).toBe(sha(base));
  expect(await shaOf('ubdg')).toBe(before);
  expect(await con0.run('cat /sys/block/ubdb/serial')).toBe('DISK-1.a');
  expect(await con0.run('swapon /dev/ubde; tail -n 1 /proc/swaps')).toMatch(
    /\/dev\/ubde\s+partition\s+16380/,
  );
  await con0.run('echo mine | dd of=/dev/ubdc bs=512 seek=9 conv=sync 2>/dev/null; sync');
  await con0.run('mount /dev/ubdb /mnt && echo from the guest > /mnt/f; sync');

  const remove = (unit: number): Promise<string> =>
    outcome(host.client.call('disks.remove', { vmId: id, unit }));
  expect([await remove(0), await remove(1), await remove(4)]).toEqual(Array(3).fill('disk-refused'));
  expect(await con0.run('cat /mnt/f; umount /mnt; swapoff /dev/ubde')).toMatch(/^from the guest/);
  for (const unit of [1, 2, 4, 7]) expect(await remove(unit), String(unit)).toBe('ok');
  expect(await remove(1)).toBe('disk-none');
  expect(await con0.run(`awk '/ubd/ { print $4 }' /proc/partitions | sort`)).toBe('ubda\nubdd\nubdf\nubdg');
  expect(
    await outcome(host.client.call('disks.change', { vmId: id, unit: 3, flags: noDiskFlags, serial: 'x' })),
  ).toBe('disk-refused');

  // Somebody's file stays where it is, the layer is free, and what was Paddock's own can be had back.
  expect(fileIn(mountable, '/f')).toBe('from the guest\n');
  const freed = Object.values(host.state.layers).find(({ role }) => role === 'free');
  expect(freed).toMatchObject({ name: 'web ubd2', origin: 'was ubd2 of web', state: { kind: 'ok' } });
  const { dataOffset } = cowByHand(freed?.path ?? '');
  const at = dataOffset + 9 * 512;
  expect(
    readFileSync(freed?.path ?? '')
      .subarray(at, at + 5)
      .toString(),
  ).toBe('mine\n');
  const { entries } = await host.client.must('trash.list', {});
  expect(entries.map(({ name }) => name).sort()).toEqual(['an empty disk, of web', 'swap, of web']);
  const swap = entries.find(({ name }) => name.startsWith('swap'));
  const { path } = await host.client.must('trash.restore', { id: swap?.id ?? '' });
  expect(readFileSync(path).subarray(4086, 4096).toString()).toBe('SWAPSPACE2');
  await host.client.must('trash.empty', { id: null });
  expect(readdirSync(join(host.dataDir, 'trash'))).toEqual([]);
  await halt(id);
  expect(await remove(3)).toBe('ok');
});

test('the HowTo’s flags, serial numbers and swap, from the start on', async () => {
  const id = await host.makeTiny({ name: 'web', start: false });
  const path = (name: string): string => join(host.home, name);
  const { layerId } = await host.client.must('layers.create', { image: 'tiny', name: 'free', note: '' });
  for (const [unit, letter, flags] of [
    [1, 'r', { readOnly: true }],
    [2, 't', { noTrim: true }],
    [3, 's', { sync: true }],
    [4, 'c', { shared: true }],
  ] as const)
    await add(id, { kind: 'file', path: rawDisk(letter, letter) }, { unit, flags });
  const cow = host.state.layers[layerId]?.path ?? '';
  expect(await refusal(id, { kind: 'file', path: cow })).toBe('disk-path');
  await add(id, { kind: 'file', path: cow }, { unit: 5, flags: { asData: true, readOnly: true } });
  // Without the flag it would be a layer of whatever its header names.
  const change = (unit: number, flags: Partial<DiskFlags>, serial: string | null = null): Promise<string> =>
    outcome(
      host.client.call('disks.change', { vmId: id, unit, flags: { ...noDiskFlags, ...flags }, serial }),
    );
  expect(await change(5, { readOnly: true })).toBe('disk-path');
  expect(await change(0, { asData: true })).toBe('disk-refused');
  expect(await change(7, {})).toBe('disk-none');
  expect(await change(3, { sync: true }, 'S-3')).toBe('ok');
  expect(await change(0, { noTrim: true }, 'ROOT_1')).toBe('ok');
  await add(id, { kind: 'swap', sizeMiB: 8 });
  const { argv } = await host.client.must('vms.commandLine', { id });
  expect(argv).toContain(`ubd1r=${path('r')}`);
  expect(argv).toContain(`ubd3s=${path('s')},,S-3`);
  expect(argv).toContain(`ubd5rd=${cow}`);

  await host.client.must('vms.start', { id });
  const con0 = await host.login(id);
  expect(await con0.run('tail -n 1 /proc/swaps')).toMatch(/^\/dev\/ubdg\s+partition\s+8188/);
  expect(await con0.run('cat /sys/block/ubda/serial /sys/block/ubdd/serial')).toBe('ROOT_1S-3');
  expect(await con0.run('cat /sys/block/ubd[bc]/ro')).toBe('1\n0');
  expect(await con0.run('dd if=/dev/zero of=/dev/ubdb bs=512 count=1 2>&1 | head -n 1')).toMatch(
    /not permitted|Read-only/,
  );
  const trims = await con0.run('cat /sys/block/ubd[acd]/queue/discard_max_bytes');
  expect(trims.split('\n').map((bytes) => Number(bytes) > 0)).toEqual([false, false, true]);
  expect(await con0.run('head -c 4 /dev/ubdf')).toBe('OOOM');
  await con0.run('exec 4<>/dev/ubdd 5<>/dev/ubde; echo x >&4; echo y >&5; sync');
  expect(locksOn(path('s'))).toEqual([`${host.vm(id).pid} WRITE`]);
  expect(locksOn(path('c'))).toEqual([]);
  expect(
    [readFileSync(path('s')), readFileSync(path('c'))].map((bytes) => bytes.subarray(0, 3).toString()),
  ).toEqual(['x\ns', 'y\nc']);
  // O_SYNC of open(2), as the process has it: 04010000.
  const fds = `/proc/${host.vm(id).pid}/fd`;
  const flagsOf = (file: string): number => {
    const fd = readdirSync(fds).find((name) => readlinkSync(join(fds, name)) === file) ?? '';
    return parseInt(/flags:\s+(\d+)/.exec(readFileSync(`${fds}info/${fd}`, 'utf8'))?.[1] ?? '', 8);
  };
  expect((flagsOf(path('s')) & 0o4010000) === 0o4010000).toBe(true);
  expect(flagsOf(path('c')) & 0o4010000).toBe(0);
  await halt(id);
  expect(readFileSync(path('r')).equals(Buffer.alloc(1 << 20, 'r'))).toBe(true);
});

test('a disk that would destroy another one, or none that UML could open, is refused, and nothing is left of it', async () => {
  const id = await host.makeTiny({ name: 'web' });
  const other = await host.makeTiny({ name: 'other', start: false });
  const base = host.vm(id).disks[0]?.basePath ?? '';
  const readOnly = { flags: { readOnly: true } };
  await host.login(id);
  // A base with layers: only to read, under whatever name, and also not by hand.
  const link = join(host.home, 'link.img');
  execFileSync('ln', [base, link]);
  for (const path of [base, link]) {
    for (const vm of [id, other]) expect(await refusal(vm, { kind: 'file', path })).toBe('base-has-layers');
    for (const command of [
      `config ubd1=${path}`,
      `config ubd1c=${path}`,
      `config ubdb=${path},,S`,
      `config ubd1=.${path}`,
    ])
      expect(await outcome(host.client.call('vms.mconsole', { id, command })), command).toBe(
        'base-has-layers',
      );
  }
  expect(await refusal(id, { kind: 'layer', image: 'tiny' }, { flags: { asData: true } })).toBe(
    'disk-refused',
  );
  expect(await add(id, { kind: 'file', path: link }, readOnly)).toBe(1);
  await host.client.must('disks.remove', { vmId: id, unit: 1 });

  // One file, two writers.
  const shared = rawDisk('shared.img', 's');
  await add(id, { kind: 'file', path: shared });
  execFileSync('ln', ['-s', shared, join(host.home, 'to-shared')]);
  for (const wanted of [{}, readOnly, { flags: { shared: true } }])
    for (const vm of [id, other])
      expect(await refusal(vm, { kind: 'file', path: join(host.home, 'to-shared') }, wanted)).toBe(
        'disk-shared',
      );
  await host.client.must('disks.remove', { vmId: id, unit: 1 });
  await add(id, { kind: 'file', path: shared }, { flags: { shared: true } });
  expect(await refusal(other, { kind: 'file', path: shared })).toBe('disk-shared');
  expect(await add(other, { kind: 'file', path: shared }, { flags: { shared: true } })).toBe(1);
  const lock = await host.lockFile(rawDisk('locked.img', 'l'));
  expect(await refusal(other, { kind: 'file', path: join(host.home, 'locked.img') })).toBe('layer-locked');
  await lock.end();
  const theirs = join(host.dataDir, 'vms', id, 'disk.cow');
  expect(await refusal(other, { kind: 'file', path: theirs }, { flags: { asData: true } })).toBe(
    'disk-shared',
  );

  execFileSync('mkfifo', [join(host.home, 'fifo')]);
  execFileSync('truncate', ['-s', '1000', join(host.home, 'odd')]);
  execFileSync('truncate', ['-s', '0', join(host.home, 'empty')]);
  for (const path of ['fifo', 'odd', 'empty', 'none', 'run'].map((name) => join(host.home, name)))
    for (const vm of [id, other]) expect(await refusal(vm, { kind: 'file', path }), path).toBe('disk-path');
  for (const path of ['relative.img', '', '/dev/null'])
    expect(await refusal(id, { kind: 'file', path })).toBe('disk-path');
  expect(await refusal(id, { kind: 'copy', image: '/none.img' })).toBe('image-missing');
  expect(await refusal(id, { kind: 'layer', image: theirs })).toBe('image-is-layer');
  expect(await refusal(id, { kind: 'free-layer', layerId: 'nobody' })).toBe('layer-unknown');

  // A free layer that can't be used is still free, as it was.
  const { layerId } = await host.client.must('layers.create', { image: 'tiny', name: 'free', note: 'n' });
  const layer = host.state.layers[layerId]?.path ?? '';
  truncateSync(layer, 100);
  for (const vm of [id, other])
    expect(await refusal(vm, { kind: 'free-layer', layerId })).toBe('layer-damaged');
  await host.client.must('layers.look', {});
  expect(host.state.layers[layerId]).toMatchObject({ name: 'free', note: 'n', path: layer });
  expect(statSync(layer).size).toBe(100);
  expect(Object.values(host.state.layers).filter(({ role }) => role === 'free')).toHaveLength(1);
  expect((await host.client.must('trash.list', {})).entries).toEqual([]);
  expect([files(id), files(other)]).toEqual([
    ['disk.cow', 'runs', 'vm.json'],
    ['disk.cow', 'vm.json'],
  ]);

  // What becomes of a file while its machine is off is seen before it starts.
  const mine = rawDisk('mine.img', 'm');
  await add(other, { kind: 'file', path: mine });
  const start = (): Promise<string> => outcome(host.client.call('vms.start', { id: other }));
  for (const damage of [
    (): unknown => execFileSync('rm', [mine]),
    (): unknown => execFileSync('mkdir', [mine]),
    (): unknown => execFileSync('sh', ['-c', `rmdir ${mine}; truncate -s 700 ${mine}`]),
    (): unknown => execFileSync('uml_mkcow', ['-f', mine, base]),
  ]) {
    damage();
    expect(await start()).toBe('disk-path');
    expect(host.vm(other).problem?.code).toBe('disk-path');
  }
  expect(existsSync(join(host.dataDir, 'vms', other, 'runs'))).toBe(false);
});
