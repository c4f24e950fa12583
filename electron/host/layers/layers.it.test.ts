import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Layer } from '@shared/layers/layer.js';
import {
  cowByHand,
  done,
  locksOn,
  makeDisk,
  outcome,
  secondClient,
  seconds,
  sha,
  writeSectors,
} from '../testing/layer-oracles.js';
import { TestHost } from '../testing/test-host.js';

// A boot takes two seconds, and ten where other suites run beside it.
vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(() => host.remove());

const library = (): string => join(host.dataDir, 'layers');
const layer = (id: string): Layer => {
  const found = host.state.layers[id];
  if (!found) throw new Error(`no layer ${id}`);
  return found;
};
const create = async (image: string, name: string, note = ''): Promise<string> =>
  (await host.client.must('layers.create', { image, name, note })).layerId;

test('a layer is made as uml_mkcow makes one, and is branched, described, put away and had back', async () => {
  await host.launch();
  const base = makeDisk(host.home, 'disk.img');
  const id = await create(base, 'first', 'a note');
  const path = join(library(), `${id}.cow`);
  const byHand = join(host.home, 'hand.cow');
  execFileSync('uml_mkcow', [byHand, base]);
  expect(sha(path)).toBe(sha(byHand));
  expect(statSync(base).mode & 0o777).toBe(0o444);

  // What its bitmap and its blocks say, read by another reader of the format.
  writeSectors(path, 100, Buffer.alloc(24 * 512, 'x'));
  writeSectors(path, 16383, Buffer.alloc(512, 'y'));
  await host.client.must('layers.look', {});
  const { changedBytes, size, backing, mtime } = cowByHand(path);
  expect(changedBytes).toBe(25 * 512);
  expect({ size, backing, mtime }).toEqual({ size: 8 << 20, backing: base, mtime: seconds(base) });
  expect(layer(id)).toMatchObject({
    role: 'free',
    name: 'first',
    note: 'a note',
    vmId: null,
    path,
    basePath: base,
    sizeBytes: size,
    changedBytes,
    onDiskBytes: statSync(path).blocks * 512,
    state: { kind: 'ok' },
  });
  await host.until('the hash', ({ bases }) => bases[layer(id).baseId]?.contentHash !== null);
  expect(host.state.bases[layer(id).baseId]).toMatchObject({
    path: base,
    isReadOnly: true,
    sizeBytes: 8 << 20,
    onDiskBytes: statSync(base).blocks * 512,
    state: { kind: 'ok' },
  });

  const twig = await done(
    host,
    host.client.must('layers.branch', { layerId: id, name: 'twig', note: 'why' }),
  );
  expect(twig).not.toBe(id);
  expect(sha(layer(twig).path)).toBe(sha(path));
  expect(layer(twig)).toMatchObject({
    name: 'twig',
    note: 'why',
    basePath: base,
    changedBytes,
    origin: 'branch of first',
  });
  // Sparse as the original is: blocks of the header, the bitmap and what was written.
  expect(statSync(layer(twig).path).blocks).toBeLessThanOrEqual(statSync(path).blocks);

  await host.client.must('layers.describe', { layerId: id, name: 'second', note: 'another' });
  expect(layer(id)).toMatchObject({ name: 'second', note: 'another' });
  const before = sha(path);
  await host.client.must('layers.trash', { layerId: id });
  expect([host.state.layers[id], existsSync(path)]).toEqual([undefined, false]);
  const { entries } = await host.client.must('trash.list', {});
  expect(entries).toMatchObject([{ name: 'second', path, why: 'put away' }]);
  const { path: back } = await host.client.must('trash.restore', { id: entries[0]?.id ?? '' });
  expect([back, sha(back)]).toEqual([path, before]);
  expect(layer(id)).toMatchObject({ name: 'second', note: 'another', state: { kind: 'ok' } });
  expect((await host.client.must('trash.list', {})).entries).toEqual([]);
  expect(await outcome(host.client.call('trash.restore', { id: entries[0]?.id ?? '' }))).toBe(
    'trash-unknown',
  );

  // One that no record knows, by its path.
  writeSectors(byHand, 0, Buffer.alloc(1024, 'z'));
  const info = await host.client.must('layers.info', { path: byHand });
  expect(info).toMatchObject({
    layer: { path: byHand, basePath: base, changedBytes: 1024, state: { kind: 'ok' } },
    base: { path: base, state: { kind: 'ok' } },
  });
  expect(await outcome(host.client.call('layers.info', { path: join(host.home, 'none') }))).toBe(
    'layer-missing',
  );
  for (const none of [base, host.home, '/dev/null'])
    expect(await outcome(host.client.call('layers.info', { path: none }))).toBe('layer-damaged');
});

test('what can’t carry layers is refused, and nothing is left of it', async () => {
  await host.launch();
  const base = makeDisk(host.home, 'good.img');
  const made = await create(base, 'one');
  const small = makeDisk(host.home, 'small.img', { blockSize: 1024 });
  const odd = makeDisk(host.home, 'odd.img');
  truncateSync(odd, (8 << 20) + 100);
  const held = makeDisk(host.home, 'held.img');
  const lock = await host.lockFile(held);
  const refused = {
    [layer(made).path]: 'image-is-layer',
    [small]: 'image-small-blocks',
    [odd]: 'image-size-odd',
    [held]: 'image-in-use',
    [host.home]: 'image-missing',
    [join(host.home, 'none.img')]: 'image-missing',
    nobody: 'image-unknown',
  };
  for (const [image, code] of Object.entries(refused)) {
    const before = existsSync(image) ? statSync(image).mode : null;
    expect(await outcome(host.client.call('layers.create', { image, name: 'x', note: '' })), image).toBe(
      code,
    );
    expect(
      await outcome(
        host.client.call('vms.create', {
          name: 'x',
          image,
          memoryMiB: 64,
          kernelPath: null,
          consoles: [],
          start: false,
        }),
      ),
    ).toBe(code);
    expect(existsSync(image) ? statSync(image).mode : null).toBe(before);
  }
  await lock.end();
  expect(readdirSync(library()).sort()).toEqual([`${made}.cow`, `${made}.json`]);
  expect(readdirSync(join(host.dataDir, 'vms'))).toEqual([]);
  expect(host.state.vms).toEqual({});
});

test('a machine is made on a free layer and has what is in it; several run on one base, each in use by its own process', async () => {
  await host.launch();
  const first = await host.makeTiny({ name: 'first' });
  const con0 = await host.login(first);
  await con0.run('dd if=/dev/urandom of=/root/random bs=4096 count=50 2>/dev/null; sync');
  const guestSha = /[0-9a-f]{64}/.exec(await con0.run('sha256sum /root/random'))?.[0];
  await host.client.must('vms.stop', { id: first, how: 'shutdown' });
  await host.untilState(first, 'stopped');
  const base = layer(`${first}.0`).basePath;
  const before = [sha(base), seconds(base)];

  const free = await done(
    host,
    host.client.must('layers.branch', { layerId: `${first}.0`, name: 'twig', note: '' }),
  );
  const second = await host.makeTiny({ name: 'second', image: 'not looked at', layerId: free });
  await host.until('free no more', ({ layers }) => layers[free] === undefined);
  expect(readdirSync(library())).toEqual([]);
  await host.client.must('vms.start', { id: first });
  const third = await host.makeTiny({ name: 'third' });
  expect(await (await host.login(second)).run('sha256sum /root/random; hostname')).toBe(
    `${guestSha}  /root/random\nsecond`,
  );
  await host.login(third);
  await host.login(first);
  await host.client.must('layers.look', {});
  for (const id of [first, second, third]) {
    const { path, basePath, state } = layer(`${id}.0`);
    expect(state).toEqual({ kind: 'in-use', pid: host.vm(id).pid });
    expect(locksOn(path)).toEqual([`${host.vm(id).pid} WRITE`]);
    expect(basePath).toBe(base);
  }
  expect(locksOn(base).map((lock) => lock.split(' ')[1])).toEqual(['READ', 'READ', 'READ']);
  for (const id of [first, second, third]) {
    await host.client.must('vms.stop', { id, how: 'halt' });
    await host.untilState(id, 'stopped');
    await host.until('free again', ({ layers }) => layers[`${id}.0`]?.state.kind === 'ok');
  }
  expect([sha(base), seconds(base)]).toEqual(before);
});

test('500 free layers that were there before the host are all listed, each as its own bitmap says', async () => {
  const base = makeDisk(host.home, 'disk.img', { mib: 1 });
  const empty = join(host.home, 'empty.cow');
  execFileSync('uml_mkcow', [empty, base]);
  const bytes = readFileSync(empty);
  mkdirSync(library(), { recursive: true, mode: 0o700 });
  const ids = Array.from({ length: 500 }, (_, n) => n.toString(36).padStart(12, '0'));
  for (const [n, id] of ids.entries()) {
    writeFileSync(join(library(), `${id}.cow`), '');
    // Header and bitmap; the rest of it is a hole.
    writeFileSync(join(library(), `${id}.cow`), bytes.subarray(0, 12288));
    truncateSync(join(library(), `${id}.cow`), bytes.length);
    writeSectors(join(library(), `${id}.cow`), n, Buffer.alloc(512 * (n % 7), 'x'));
    writeFileSync(
      join(library(), `${id}.json`),
      JSON.stringify({
        version: 1,
        role: 'free',
        id,
        name: `layer ${n}`,
        note: '',
        imageId: 'unlisted',
        basePath: base,
        createdAt: new Date(0).toISOString(),
        origin: 'made by hand',
      }),
    );
  }
  writeFileSync(join(library(), 'left.cow.partial'), 'x');
  await host.launch();
  await host.client.must('layers.look', {});
  expect(Object.keys(host.state.layers).sort()).toEqual(ids);
  for (const [n, id] of ids.entries())
    expect(layer(id)).toMatchObject({
      name: `layer ${n}`,
      changedBytes: 512 * (n % 7),
      state: { kind: 'ok' },
      basePath: base,
    });
  expect(existsSync(join(library(), 'left.cow.partial'))).toBe(false);
  expect(Object.values(host.state.bases)).toMatchObject([{ path: base, state: { kind: 'ok' } }]);
});

test('two clients at once on one layer: of branch, merge and trash one wins, and the others are refused by name', async () => {
  await host.launch();
  const base = makeDisk(host.home, 'disk.img');
  const other = await secondClient(host);
  const codes = ['layer-held', 'layer-unknown'];
  for (let round = 0; round < 3; round += 1) {
    const layerId = await create(base, `layer-${round}`);
    const [a, b] = round % 2 === 0 ? [host.client, other.client] : [other.client, host.client];
    const deeds = [
      (): Promise<unknown> => outcome(a.call('layers.branch', { layerId, name: 'twig', note: '' })),
      (): Promise<unknown> =>
        outcome(
          b.call('layers.merge', {
            layerId,
            target: { kind: 'image', name: `merged-${round}` },
            engine: 'fast',
            verify: false,
            confirm: null,
          }),
        ),
      (): Promise<unknown> => outcome(b.call('layers.trash', { layerId })),
    ];
    // Each of them begins once.
    const turned = [...deeds.slice(round), ...deeds.slice(0, round)];
    const outcomes = await Promise.all(turned.map((deed) => deed()));
    expect(outcomes.filter((one) => one === 'ok')).toHaveLength(1);
    for (const one of outcomes) expect(['ok', ...codes]).toContain(one);
    await host.until('all jobs', ({ jobs }) => Object.values(jobs).every((job) => job.endedAt !== null));
    for (const job of Object.values(host.state.jobs)) expect(job.error).toBeNull();
  }
  expect(readdirSync(library()).filter((name) => name.endsWith('.partial'))).toEqual([]);
  other.close();
});
