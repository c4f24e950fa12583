import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noDiskFlags } from '@shared/layers/disk.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { cowByHand, done, fileIn, makeDisk, outcome } from '../testing/layer-oracles.js';
import { mergeOf } from '../testing/layer-requests.js';
import { TestHost } from '../testing/test-host.js';

// A boot takes two seconds, and ten where other suites run beside it.
vi.setConfig({ testTimeout: 180_000 });

/** The host looks at a machine that ended, and may make a link while the folder goes: then that goes, too. */
const removeLinks = (folder: string, force = false): Promise<void> =>
  vi.waitFor(() => rmSync(folder, { recursive: true, force }), 10_000);

let host: TestHost;
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(() => host.remove());

const halt = async (id: VmId): Promise<void> => {
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
};

test('disks and bases whose paths UML would take apart get a link, which is made again when it is gone', async () => {
  await host.launch();
  const folder = join(host.home, 'a, b: “ü” "quoted" it’s\nfirst\tüber');
  mkdirSync(folder);
  const tiny = await host.makeTiny({ name: 'tiny', start: false });
  const base = join(folder, 'my base, v1.img');
  copyFileSync(host.vm(tiny).disks[0]?.basePath ?? '', base);
  const disk = makeDisk(folder, "it's a:disk.img");
  const links = join(host.dataDir, 'links');

  const id = await host.makeTiny({ name: 'web', image: base, start: false });
  const layer = join(host.dataDir, 'vms', id, 'disk.cow');
  const { backing } = cowByHand(layer);
  expect(dirname(backing)).toBe(links);
  expect(realpathSync(backing)).toBe(base);
  const file = { kind: 'file', path: disk } as const;
  const add = { vmId: id, unit: null, source: file, flags: noDiskFlags, serial: null };
  await host.client.must('disks.add', add);
  const { argv } = await host.client.must('vms.commandLine', { id });
  const words = argv.filter((word) => word.startsWith('ubd'));
  expect(words[0]).toBe(`ubd0=${layer},${backing}`);
  expect(words[1]).toMatch(new RegExp(`^ubd1=${links}/[0-9a-f]{16}$`));
  await host.client.must('vms.start', { id });
  const con0 = await host.login(id);
  await con0.run('mount /dev/ubdb /mnt && echo written > /mnt/f && umount /mnt; echo kept > /root/f; sync');
  // A second one comes while it runs.
  const second = makeDisk(folder, 'second disk.img');
  await host.client.must('disks.add', { ...add, source: { kind: 'file', path: second } });
  expect(await con0.run('grep -c ubdc /proc/partitions')).toBe('1');
  await halt(id);
  expect(fileIn(disk, '/f')).toBe('written\n');
  // The kernel found the link in the header, and left it there.
  expect(cowByHand(layer).backing).toBe(backing);
  expect(await host.client.must('layers.info', { path: layer })).toMatchObject({
    layer: { basePath: base, state: { kind: 'ok' } },
    base: { path: base },
  });

  await removeLinks(links);
  expect(await outcome(host.client.call('vms.start', { id }))).toBe('ok');
  expect(await (await host.login(id)).run('cat /root/f')).toBe('kept');
  await halt(id);
  await removeLinks(links);
  await done(host, host.client.must('layers.snapshot', { vmId: id, note: 'without links' }));
  await removeLinks(links, true);
  await done(host, host.client.must('layers.merge', mergeOf(id, 'gold', 'uml_moo')));
  expect(fileIn(join(host.dataDir, 'images/gold.img'), '/root/f')).toBe('kept\n');
  await removeLinks(links, true);
  await host.killHost();
  await host.launch();
  await host.client.must('layers.look', {});
  for (const one of Object.values(host.state.layers)) expect(one.state).toEqual({ kind: 'ok' });

  // All at once ask for the same link.
  await removeLinks(links, true);
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      outcome(host.client.call('layers.create', { image: base, name: `layer ${n}`, note: '' })),
    ),
  );
  expect(made).toEqual(Array(8).fill('ok'));
  expect(readdirSync(links).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a home with a space in its name', async () => {
  const data = join(host.home, 'my data, “all” of it');
  host.env['XDG_DATA_HOME'] = data;
  await host.launch();
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  await con0.run('echo kept > /root/f; sync');
  const own = join(data, 'paddock/vms', id, 'disk.cow');
  const taken = await done(host, host.client.must('layers.snapshot', { vmId: id, note: 'running' }));
  await halt(id);
  // Its links are in the runtime folder, which a reboot of this computer empties.
  await host.killHost();
  rmSync(join(host.runtimeDir, 'links'), { recursive: true });
  await host.launch();
  await host.client.must('layers.look', {});
  expect(host.state.layers[`${id}.0`]).toMatchObject({
    path: own,
    basePath: host.vm(id).disks[0]?.basePath,
    state: { kind: 'ok' },
  });
  await done(host, host.client.must('layers.restore', { vmId: id, snapshotId: taken, keep: true }));
  await host.client.must('vms.start', { id });
  expect(await (await host.login(id)).run('cat /root/f')).toBe('kept');
  await halt(id);
  for (const engine of ['fast', 'uml_moo'] as const) {
    const name = engine === 'fast' ? 'one' : 'two';
    await done(host, host.client.must('layers.merge', mergeOf(id, name, engine)));
    expect(fileIn(join(data, `paddock/images/${name}.img`), '/root/f')).toBe('kept\n');
  }
  expect(existsSync(join(host.home, 'data'))).toBe(false);
});
