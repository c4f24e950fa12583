import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { LogOfRun } from '@shared/consoles/logs.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { paddockProgram, runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';
import { ConsoleLog } from './console-log.js';
import { logLimits } from './log-limits.js';

vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
afterEach(() => host?.remove());

const md5 = (bytes: Buffer | string): string => createHash('md5').update(bytes).digest('hex');
/** 3 MB of text that no two runs share, and its checksum as the guest counts it. */
const FLOOD = 'dd if=/dev/urandom bs=1024 count=2200 2>/dev/null | base64 > /tmp/flood';
const small = { PADDOCK_LOG_SEGMENT_BYTES: '262144', PADDOCK_LOG_COMPRESS_BYTES: '1024' };

const runFolder = (id: VmId, run = 1): string => join(host.dataDir, 'vms', id, 'runs', String(run));
const startOf = (name: string): number => Number(/^con0\.(\d+)\./.exec(name)?.[1] ?? 0);
/** The files of con0's log, in order. */
const segments = (id: VmId): string[] =>
  readdirSync(runFolder(id))
    .filter((name) => /^con0\..*log(\.gz)?$/.test(name))
    .sort((a, b) => startOf(a) - startOf(b))
    .map((name) => join(runFolder(id), name));
/** All of it but what is too short for that, as the end of a log may be. */
const isCompressed = (id: VmId): boolean =>
  segments(id).every((path) => path.endsWith('.gz') || statSync(path).size < 1024);
/** What standard tools make of them. */
const onDisk = (id: VmId): Buffer =>
  Buffer.concat(
    segments(id).map((path) =>
      path.endsWith('.gz') ? execFileSync('zcat', [path], { maxBuffer: 1e9 }) : readFileSync(path),
    ),
  );
const outline = async (id: VmId): Promise<LogOfRun[]> =>
  (await host.client.must('logs.outline', { id, console: 'con0' })).runs;
/** What the command prints, as bytes. */
const said = (...args: string[]): Buffer =>
  execFileSync(paddockProgram, args, { env: host.env, maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'inherit'] });

test('a flood over many segments: on disk, compressed, read, searched, saved and printed, it is what the guest sent', async () => {
  host = await TestHost.start(small);
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  await con0.run(FLOOD, 60);
  const expected = (await con0.run('md5sum /tmp/flood')).slice(0, 32);
  const output = await con0.run('cat /tmp/flood', 90);
  expect(md5(`${output}\n`)).toBe(expected);
  await con0.run('echo "the need""le"');
  expect(segments(id).length).toBeGreaterThan(8);
  expect(onDisk(id).subarray(0, con0.bytes.length).equals(con0.bytes)).toBe(true);
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  await host.untilState(id, 'stopped');
  await con0.event('console.runEnd');
  const whole = con0.bytes;
  await expect.poll(() => isCompressed(id), { timeout: 60_000 }).toBe(true);
  expect(onDisk(id).equals(whole)).toBe(true);
  const disk = segments(id).reduce((sum, path) => sum + statSync(path).size, 0);
  expect(disk).toBeLessThan(whole.length * 0.85);
  const [run] = (await host.client.must('runs.list', { id })).runs;
  const con1 = host.vm(id).logBytes - whole.length;
  expect(run?.logBytes).toBe(whole.length + con1);
  expect(run?.diskBytes).toBeLessThan(whole.length);

  // A new stream, from the compressed files.
  const late = await host.console(id, 'con0', 64 * 1024 * 1024);
  await late.event('console.live', 60);
  expect(late.bytes.equals(whole)).toBe(true);
  expect(said('console', 'web', '--log').equals(whole)).toBe(true);
  expect(said('console', 'web', 'con0', '--log', '--run', '1').equals(whole)).toBe(true);

  // Lines by their numbers, as the plain text has them.
  const lines = whole.toString('latin1').split('\n');
  const [of] = await outline(id);
  expect(of?.stretches).toEqual([
    { offset: 0, bytes: whole.length, line: 1, lines: lines.length - (lines.at(-1) === '' ? 1 : 0) },
  ]);
  for (const from of [1, 1000, lines.length - 40]) {
    const asked = { id, console: 'con0' as const, run: 1, from, count: 30, escapes: true };
    const got = (await host.client.must('logs.lines', asked)).lines;
    expect(got.map(({ line }) => line)).toEqual(got.map((_line, n) => from + n));
    expect(got.map(({ text }) => text)).toEqual(
      lines.slice(from - 1, from + 29).map((line) => line.replace(/\r$/, '')),
    );
    for (const { at } of got) expect(Math.abs((at ?? 0) - Date.now())).toBeLessThan(300_000);
    expect(got.map(({ at }) => at)).toEqual(got.map(({ at }) => at).toSorted((a, b) => (a ?? 0) - (b ?? 0)));
  }
  const found = JSON.parse(
    said('logs', 'web', '--search', 'the needle', '--match-case', '--json').toString(),
  ) as {
    hits: { line: number; offset: number }[];
  };
  expect(found.hits).toHaveLength(1);
  expect(found.hits[0]?.offset).toBe(whole.lastIndexOf('the needle'));
  expect(runPaddock(host, ['logs', 'web', '--regex', '^the ne+dle$']).out).toMatch(
    /^run 1 con0:\d+: the needle\n$/,
  );
  expect(runPaddock(host, ['logs', 'web', '--search', 'not there'])).toMatchObject({ status: 1, out: '' });
  expect(runPaddock(host, ['logs', 'web', '--regex', '('])).toMatchObject({ status: 1, out: '' });

  // Saved as it is, and as text; what the command prints is the same.
  const save = (path: string, ...form: string[]): void => {
    expect(runPaddock(host, ['logs', 'web', '--run', '1', '--save', path, ...form]).status).toBe(0);
  };
  const path = (name: string): string => join(host.home, name);
  save(path('raw.log'));
  expect(readFileSync(path('raw.log')).equals(whole)).toBe(true);
  save(path('plain.txt'), '--plain');
  const plain = readFileSync(path('plain.txt'));
  expect(plain.includes(0x1b) || plain.includes(0x0d)).toBe(false);
  expect(
    md5(
      plain.subarray(
        plain.indexOf(output.slice(0, 70)),
        plain.indexOf(output.slice(0, 70)) + output.length + 1,
      ),
    ),
  ).toBe(expected);
  expect(said('console', 'web', '--log', '--run', '1', '--plain').equals(plain)).toBe(true);
  save(path('times.txt'), '--plain', '--times');
  const timed = readFileSync(path('times.txt'), 'utf8');
  expect(said('console', 'web', '--log', '--run', '1', '--plain', '--times').toString() === timed).toBe(true);
  expect(timed.replaceAll(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /gm, '') === plain.toString()).toBe(true);
  expect(runPaddock(host, ['logs', 'web', '--save', path('raw.log')])).toMatchObject({ status: 1, out: '' });
  expect(readFileSync(path('raw.log')).equals(whole)).toBe(true);
  // Whoever stops reading is no error.
  const head = execFileSync('sh', ['-c', `"$0" console web --log --plain | head -n 3`, paddockProgram], {
    env: host.env,
  });
  expect(head.toString().split('\n')).toHaveLength(4);
});

test('over the limit the boot and the newest stay, and every reader is told how much is not there', async () => {
  host = await TestHost.start({
    ...small,
    PADDOCK_LOG_RUN_BYTES: '1048576',
    PADDOCK_LOG_COMPRESS_BYTES: '1000000000',
  });
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  await con0.run(FLOOD, 60);
  // In pieces that this follower has before the limit takes them.
  for (let n = 0; n < 11; n += 1)
    await con0.run(`dd if=/tmp/flood bs=300000 skip=${n} count=1 2> /dev/null`, 90);
  await con0.run('echo the end');
  const disk = segments(id).reduce((sum, path) => sum + statSync(path).size, 0);
  expect(disk).toBeLessThan(1_048_576 + 2 * 262_144);
  const [of] = await outline(id);
  const [first, second, ...more] = of?.stretches ?? [];
  expect(more).toEqual([]);
  const missing = (second?.offset ?? 0) - (first?.bytes ?? 0);
  expect(missing).toBeGreaterThan(1_500_000);
  expect((of?.bytes ?? 0) - missing).toBe((first?.bytes ?? 0) + (second?.bytes ?? 0));
  const all = con0.bytes;
  const lineEnds = (bytes: Buffer): number => bytes.filter((byte) => byte === 10).length;
  expect(second?.line).toBe(lineEnds(all.subarray(0, second?.offset)) + 1);
  const late = await host.console(id, 'con0', 64 * 1024 * 1024);
  await late.event('console.live', 60);
  expect(late.events.filter((event) => event.event === 'console.skipped')).toMatchObject([
    { run: 1, bytes: missing },
  ]);
  expect(late.text).toContain('Linux version');
  expect(late.text).toContain('the end');
  const kept = Buffer.concat([all.subarray(0, first?.bytes), all.subarray(second?.offset)]);
  expect(late.bytes.subarray(0, kept.length).equals(kept)).toBe(true);
  const plain = runPaddock(host, ['console', 'web', '--log', '--plain']).out;
  expect(plain).toContain(`==== ${missing} bytes are not kept here ====`);
  expect(plain).toContain('Linux version');
});

test('a host that is killed in a flood has on disk all that it showed, and the next one reads it', async () => {
  host = await TestHost.start(small);
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  con0.type(
    'i=0; while :; do i=$((i+1)); echo "line $i with some more words in it, so that segments fill"; done\r',
  );
  await con0.expect(/line 9000 /, 120);
  await host.killHost();
  const shown = con0.bytes;
  expect(onDisk(id).subarray(0, shown.length).equals(shown)).toBe(true);
  expect(segments(id).length).toBeGreaterThan(1);
  const before = onDisk(id);
  await host.launch();
  const [of] = await outline(id);
  expect(of?.stretches).toMatchObject([{ offset: 0, bytes: before.length, line: 1 }]);
  const { hits } = await host.client.must('logs.search', {
    id,
    console: 'con0',
    run: 1,
    query: { text: 'line 8765 ', isRegex: false, matchCase: true },
    cursor: null,
    limit: 10,
  });
  expect(hits.map(({ offset }) => offset)).toEqual([before.indexOf('line 8765 ')]);
});

test('a host that is killed while it compresses loses nothing, and the next one ends the work', async () => {
  host = await TestHost.start({ ...small, PADDOCK_LOG_SEGMENT_BYTES: '1000000000' });
  const id = await host.makeTiny({ name: 'web' });
  await host.login(id);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await expect.poll(() => segments(id).every((path) => path.endsWith('.gz')), { timeout: 30_000 }).toBe(true);
  await host.killHost();
  // As large as to take a while; an older Paddock left it like this, without an index.
  rmSync(segments(id)[0] ?? '');
  rmSync(join(runFolder(id), 'con0.times'));
  const path = join(runFolder(id), 'con0.log');
  const text = Buffer.from(
    Array.from({ length: 400_000 }, (_, n) => `[ ${n}.5] words of a kernel that is long gone\r\n`).join(''),
  );
  const whole = Buffer.concat([text, text]);
  writeFileSync(path, whole);
  await host.launch();
  await expect.poll(() => existsSync(`${path}.gz.partial`), { timeout: 20_000, interval: 5 }).toBe(true);
  await host.killHost();
  expect(existsSync(`${path}.gz.partial`)).toBe(true);
  expect(readFileSync(path).equals(whole)).toBe(true);
  await host.launch();
  const late = await host.console(id, 'con0', 64 * 1024 * 1024);
  await late.event('console.live', 90);
  expect(md5(late.bytes)).toBe(md5(whole));
  await expect
    .poll(() => readdirSync(runFolder(id)).filter((name) => name.startsWith('con0')), { timeout: 90_000 })
    .toEqual(['con0.log.gz']);
  expect(md5(onDisk(id))).toBe(md5(whole));
  expect((await outline(id))[0]?.stretches).toMatchObject([{ line: 1, lines: 800_000 }]);
});

test('a full disk: what came meanwhile is told as missing, and when there is room the log goes on', async () => {
  const folder = mkdtempSync('/tmp/pdk-full-');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'small', folder]);
  const now = vi.spyOn(performance, 'now');
  try {
    writeFileSync(join(folder, 'other'), Buffer.alloc(128 * 1024));
    const log = new ConsoleLog(join(folder, 'con0.log'), { write: true }, logLimits({}));
    const piece = (n: number): Buffer => Buffer.from(`piece ${n}\n`.padStart(16 * 1024, '.'));
    for (let n = 0; n < 40; n += 1) log.append(piece(n));
    // The newest is in memory all the same.
    expect((await log.read(39 * 16 * 1024, 16 * 1024)).equals(piece(39))).toBe(true);
    rmSync(join(folder, 'other'));
    now.mockReturnValue(performance.now() + 6000);
    for (let n = 40; n < 44; n += 1) log.append(piece(n));
    log.finish();
    const read = new ConsoleLog(join(folder, 'con0.log'), { write: false });
    expect(read.length).toBe(44 * 16 * 1024);
    const [first, second] = read.stretches();
    expect(first?.from).toBe(0);
    expect(first?.to).toBeGreaterThan(90 * 1024);
    expect(second).toEqual({ from: 40 * 16 * 1024, to: 44 * 16 * 1024 });
    expect((await read.read(41 * 16 * 1024, 16 * 1024)).equals(piece(41))).toBe(true);
  } finally {
    now.mockRestore();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});

test('marks: the panic and the first error of each run; what comes is followed', async () => {
  host = await TestHost.start();
  mkdirSync(host.dataDir, { recursive: true });
  const id = await host.makeTiny({ name: 'web' });
  const con0 = await host.login(id);
  await con0.run('echo "error: something br""oke"');
  con0.type('echo c > /proc/sysrq-trigger\r');
  await host.untilState(id, 'crashed');
  const log = readFileSync(join(runFolder(id), 'con0.log'), 'latin1').split('\n');
  const { marks, isComplete } = await host.client.must('logs.marks', { id, console: null, run: null });
  expect(isComplete).toBe(true);
  expect(marks.map(({ kind, run }) => [kind, run])).toEqual([
    ['error', 1],
    ['panic', 1],
  ]);
  expect(log[(marks[0]?.line ?? 0) - 1]).toContain('error: something broke');
  expect(log[(marks[1]?.line ?? 0) - 1]).toContain('Kernel panic - not syncing');
  expect(runPaddock(host, ['logs', 'web', '--marks']).out).toMatch(
    /^run 1 con0:\d+: error: error: something broke\nrun 1 con0:\d+: panic: .*sysrq triggered crash\n$/,
  );
  expect(runPaddock(host, ['logs', 'web']).out).toMatch(/^RUN .*\n1 .* panic/);
  for (const args of [
    ['--plain'],
    ['--search', 'a', '--marks'],
    ['--search', ''],
    ['--run', '0'],
    ['con0', 'x'],
  ])
    expect(runPaddock(host, ['logs', 'web', ...args]).status).toBe(2);
  expect(runPaddock(host, ['logs', 'web', '--run', '9']).err).toContain('web has no run 9.');
  expect(runPaddock(host, ['console', 'web', '--run', '1']).status).toBe(2);
  expect(runPaddock(host, ['console', 'web', '--detach-key', 'x']).status).toBe(2);
});

test('--follow prints what comes, in a new run too, until the machine is deleted', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ name: 'web' });
  await host.login(id);
  const script = '"$0" console web --log --follow --plain > "$1"';
  const out = join(host.home, 'followed');
  const { spawn } = await import('node:child_process');
  const child = spawn('sh', ['-c', script, paddockProgram, out], { env: host.env, stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  await expect
    .poll(() => existsSync(out) && readFileSync(out, 'utf8'), { timeout: 20_000 })
    .toContain('Linux version');
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await host.client.must('vms.start', { id });
  const again = await host.login(id);
  await again.run('echo "second""-run"');
  await expect
    .poll(() => readFileSync(out, 'utf8'), { timeout: 20_000 })
    .toMatch(/==== run 1 ended [\s\S]*==== run 2, started[\s\S]*^second-run$/m);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await host.client.must('vms.delete', { id });
  expect(await ended).toBe(0);
});
