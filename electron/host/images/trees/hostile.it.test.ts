import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Failure } from '@shared/errors/paddock-error.js';
import { importDisk } from '../disks/import-disk.js';
import { inspectSource } from '../inspect-source.js';
import { readTree } from './read-tree.js';
import { hostileDisks, hostileTrees, type Hostile } from './testing/hostile-archives.js';
import { cpioBytes, tarBytes } from './testing/tar-bytes.js';

vi.setConfig({ testTimeout: 120_000 });

const MIB = 1024 ** 2;
/** What a refusal may be. */
const known = new Set([
  'image-source',
  'image-file',
  'image-no-space',
  'tree-unsafe',
  'tree-too-large',
  'no-space',
]);

let home: string;
/** What archives aim at: beside the folders that are worked in. */
let outside: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'paddock-hostile-'));
  outside = join(home, 'outside');
  mkdirSync(join(outside, 'folder'), { recursive: true });
  writeFileSync(join(outside, 'kept'), 'as it was\n');
  execFileSync('ln', ['-s', 'kept', join(outside, 'link')]);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Names, kinds, sizes, times and contents of what must stay, and what else there is beside the work folders. */
const seen = (): string =>
  execFileSync(
    'sh',
    [
      '-c',
      `find . -mindepth 1 -path ./work -prune -o -path ./source -prune -o -printf '%p %y %s %T@ %m %l\\n' | sort; cat outside/kept; ls /etc /tmp/evil /evil 2>&1 | sort`,
    ],
    { cwd: home, encoding: 'utf8' },
  );

/** Feeds one; true when it was refused. Throws when it did harm, or failed in a way that nobody was told of. */
async function feed(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof Failure) || !known.has(error.error.code)) throw error;
    expect(error.message.length).toBeGreaterThan(20);
    return true;
  }
}

async function readAndUnpack(source: string): Promise<void> {
  const workDir = join(home, 'work');
  await inspectSource(source);
  const tree = await readTree(source, { workDir, bytesMax: 64 * MIB });
  try {
    const clean = join(workDir, 'clean.tar');
    await tree.write(createWriteStream(clean), { put: [], remove: [] }, { loosen: true });
    mkdirSync(join(workDir, 'root'));
    // As the builder does it.
    const run = spawnSync(
      'fakeroot',
      ['--', 'tar', '-C', join(workDir, 'root'), '--numeric-owner', '-xpf', clean],
      { encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    const nodes = execFileSync('find', [join(workDir, 'root'), '-type', 'b', '-o', '-type', 'c'], {
      encoding: 'utf8',
    });
    expect(nodes).toBe('');
  } finally {
    await tree.close();
  }
}

async function each(list: readonly Hostile[], work: (source: string) => Promise<void>): Promise<void> {
  for (const { name, make, expect: expected } of list) {
    for (const folder of ['work', 'source']) {
      rmSync(join(home, folder), { recursive: true, force: true });
      mkdirSync(join(home, folder));
    }
    const source = join(home, 'source', 'it');
    make(source, outside);
    const before = seen();
    const from = performance.now();
    const refused = await feed(() => work(source)).catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    });
    if (expected === 'refused') expect(refused, name).toBe(true);
    expect(seen(), name).toBe(before);
    const used = Number(execFileSync('du', ['-sm', join(home, 'work')], { encoding: 'utf8' }).split('\t')[0]);
    expect(used, `${name}: MB that it takes`).toBeLessThan(70);
    expect(performance.now() - from, `${name}: ms`).toBeLessThan(60_000);
  }
}

test('no archive writes outside of its target, whatever is in it', async () => {
  await each(hostileTrees, readAndUnpack);
  console.log(`hostile: ${hostileTrees.length} archives`);
  expect(hostileTrees.length + hostileDisks.length).toBeGreaterThan(50);
});

test('no disk reads or writes another file, whatever it says', async () => {
  await each(hostileDisks, async (source) => {
    await inspectSource(source);
    await importDisk(source, join(home, 'work', 'disk.img'), {});
    const same = spawnSync('grep', ['-c', 'as it was', join(home, 'work', 'disk.img')], { encoding: 'utf8' });
    expect(same.stdout.trim()).toBe('0');
  });
  console.log(`hostile: ${hostileDisks.length} disks`);
});

test('what is no file is not waited for', async () => {
  mkdirSync(join(home, 'work'), { recursive: true });
  const pipe = join(home, 'work', 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero', '/nowhere', 'relative', '/etc/passwd/x']) {
    expect(await feed(() => inspectSource(path).then(() => {})), path).toBe(true);
    expect(
      await feed(() => readTree(path, { workDir: join(home, 'work'), bytesMax: MIB }).then(() => {})),
      path,
    ).toBe(true);
  }
});

test('two thousand archives with bytes changed at random: refused or read, never anything else', async () => {
  const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 100_000);
  console.log(`hostile: seed ${seed}`);
  let state = seed;
  const random = (below: number): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const good = [
    tarBytes(
      { name: 'etc/', type: '5' },
      { name: 'etc/passwd', body: 'root:x:0:0\n' },
      { name: 'l', type: '2', link: 'etc' },
      { name: 'h', type: '1', link: 'etc/passwd' },
    ),
    cpioBytes([
      { name: 'etc', mode: 0o40755 },
      { name: 'etc/passwd', body: 'root' },
      { name: 'l', mode: 0o120777, body: 'etc' },
    ]),
  ];
  const before = seen();
  const workDir = join(home, 'work');
  const path = join(home, 'source', 'mutant');
  let refused = 0;
  for (let round = 0; round < 2000; round += 1) {
    const mutant = Buffer.from(good[round % good.length] ?? Buffer.alloc(0));
    for (let left = 1 + random(4); left > 0; left -= 1) mutant[random(mutant.length)] = random(256);
    writeFileSync(path, mutant.subarray(0, random(8) === 0 ? random(mutant.length) : mutant.length));
    const isRefused = await feed(async () => {
      const tree = await readTree(path, { workDir, bytesMax: MIB });
      await tree.write(createWriteStream('/dev/null'), { put: [], remove: [] });
      await tree.close();
    });
    refused += Number(isRefused);
  }
  expect(seen()).toBe(before);
  expect(refused).toBeGreaterThan(100);
  expect(existsSync('/tmp/evil')).toBe(false);
});
