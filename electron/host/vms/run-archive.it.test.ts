import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogHit } from '@shared/consoles/logs.js';
import { RUNS_KEPT, type RunSummary } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { TestHost } from '../testing/test-host.js';

/** Less than is kept for people: a test writes that much. */
const BYTES_KEPT = 8 * 1024 * 1024;

/** One host and one machine with three real runs: 1 powered itself off, 2 panicked, 3 was killed. */
let host: TestHost;
let id: VmId;
beforeAll(async () => {
  host = TestHost.folders({
    PADDOCK_LOGS_KEPT_BYTES: String(BYTES_KEPT),
    PADDOCK_LOG_COMPRESS_BYTES: String(1e12),
  });
  mkdirSync(host.dataDir, { recursive: true });
  // As the window and the command start it: what it notes of itself goes into its log.
  await host.launch({ stdout: join(host.dataDir, 'host.log') });
  id = await host.makeTiny({ name: 'web' });
  const first = await host.login(id);
  await first.run('echo hello > /proc/mconsole; printf "\\033[31mred\\033[0mdish\\n"');
  first.type('poweroff\r');
  await host.untilState(id, 'stopped');
  await host.client.must('vms.start', { id });
  (await host.login(id)).type('echo c > /proc/sysrq-trigger\r');
  await host.untilState(id, 'crashed');
  await host.client.must('vms.start', { id });
  await host.login(id);
  process.kill(host.vm(id).pid ?? 0, 'SIGKILL');
  await host.untilState(id, 'crashed');
}, 120_000);
afterAll(() => host.remove());

const runs = async (): Promise<RunSummary[]> => (await host.client.must('runs.list', { id })).runs;
const runFolder = (run: number): string => join(host.dataDir, 'vms', id, 'runs', String(run));
/** Up to `limit` lines with a text, in all logs, newest first. */
async function search(text: string, limit: number): Promise<{ hits: LogHit[]; more: boolean }> {
  const query = { text, isRegex: false, matchCase: false };
  const asked = { id, console: null, run: null, query, cursor: null, limit };
  const { hits, next } = await host.client.must('logs.search', asked);
  return { hits, more: next !== null };
}
const log = (run: number, console = 0): string => join(runFolder(run), `con${console}.log`);

describe('what is kept of real runs', () => {
  test('the list says how each ended, and what there is of it', async () => {
    const list = await runs();
    expect(list.map(({ number, end }) => [number, end?.reason.code])).toEqual([
      [3, 'killed'],
      [2, 'panic'],
      [1, 'poweroff'],
    ]);
    for (const run of list) {
      const bytes = [0, 1].reduce((sum, n) => sum + statSync(log(run.number, n)).size, 0);
      expect(run).toMatchObject({ logBytes: bytes, reboots: 0, messages: run.number === 1 ? 1 : 0 });
      expect(Date.parse(run.loginAt ?? '')).toBeGreaterThan(Date.parse(run.startedAt));
      expect(run.argv).toContain('umid=web');
    }
  });

  test('the events are those of the run', async () => {
    const { events } = await host.client.must('runs.events', { id, run: 2 });
    expect(events[0]).toMatchObject({ kind: 'state', event: 'start' });
    expect(events.find(({ kind }) => kind === 'panic')).toMatchObject({ text: 'sysrq triggered crash' });
    expect(events.at(-1)).toMatchObject({ kind: 'state', event: 'crash', cause: 'panic' });
    expect((await host.client.must('runs.events', { id, run: 1 })).events).toContainEqual(
      expect.objectContaining({ kind: 'message', text: 'hello' }),
    );
  });

  test('a search finds the panic in its run, on the line that grep says', async () => {
    const { hits, more } = await search('kernel PANIC - not syncing', 10);
    const said = execFileSync('grep', ['-anb', 'Kernel panic - not syncing', log(2)], { encoding: 'utf8' });
    const grep = said
      .trim()
      .split('\n')
      .map((line) => line.split(':'));
    expect(hits.map((hit) => [hit.run, hit.console, hit.line, hit.offset])).toEqual(
      grep.map(([line, offset]) => [2, 'con0', Number(line), Number(offset)]).toReversed(),
    );
    expect(hits[0]?.text).toContain('Kernel panic - not syncing: sysrq triggered crash');
    expect(more).toBe(false);
  });

  test('a search looks through colours, newest run first, and stops at its limit', async () => {
    expect(readFileSync(log(1), 'latin1')).toContain('\u001b[31mred\u001b[0mdish');
    expect((await search('reddish', 10)).hits.map(({ run }) => run)).toEqual([1]);
    const all = await search('web login:', 100);
    expect(all.hits.map(({ run, console }) => `${run}/${console}`)).toEqual(
      expect.arrayContaining(['3/con0', '2/con0', '1/con0']),
    );
    expect(all.hits.map(({ run }) => run)).toEqual(all.hits.map(({ run }) => run).toSorted((a, b) => b - a));
    expect(await search('web login:', 2)).toEqual({ hits: all.hits.slice(0, 2), more: true });
    expect((await search('web login:', all.hits.length)).hits).toEqual(all.hits);
  });

  test('two runs beside each other: what differs, and the panic on one side', async () => {
    const { facts, lines, truncated } = await host.client.must('runs.compare', { id, a: 1, b: 2 });
    const fact = (what: string) => facts.find((one) => one.what === what);
    expect(fact('Ended')).toEqual({ what: 'Ended', a: 'clean poweroff', b: 'panic', same: false });
    expect(fact('Messages')).toEqual({ what: 'Messages', a: '1', b: '0', same: false });
    expect(fact('Kernel')?.same).toBe(true);
    expect(fact('Command line')?.same).toBe(true);
    expect(truncated).toBe(false);
    const panic = lines.filter(({ text }) => text.includes('Kernel panic - not syncing'));
    expect(panic.map(({ side }) => side)).toContain('b');
    expect(panic.map(({ side }) => side)).not.toContain('a');
    // Both booted the same kernel: most of what it said is equal.
    const sum = (counts: number[]): number => counts.reduce((all, count) => all + count, 0);
    const equal = sum(
      lines.map(({ side, text }) => (side === 'gap' ? Number.parseInt(text) : side === 'both' ? 1 : 0)),
    );
    const ofOne = readFileSync(log(1), 'latin1').split('\n').length;
    expect(equal).toBeGreaterThan(ofOne / 2);
    expect(equal).toBeLessThan(ofOne);
    expect((await host.client.must('runs.compare', { id, a: 2, b: 2 })).lines).toHaveLength(1);
  });
});

describe('an export', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync('/tmp/pdk-export-');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is one private archive with everything in it, byte for byte', async () => {
    const path = join(folder, 'web.tar.gz');
    const answer = await host.client.must('runs.export', { id, run: 2, path });
    expect(answer).toEqual({ path, bytes: statSync(path).size });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    execFileSync('tar', ['xzf', path, '-C', folder]);
    const unpacked = join(folder, 'web-run-2');
    expect(readdirSync(unpacked).sort()).toEqual([
      'README.txt',
      'command-line.txt',
      'computer.txt',
      'con0.log',
      'con1.log',
      'events.jsonl',
      'host-log.jsonl',
      'run.json',
      'vm.json',
    ]);
    for (const name of ['con0.log', 'con1.log', 'events.jsonl', 'run.json'])
      execFileSync('cmp', [join(unpacked, name), join(runFolder(2), name)]);
    execFileSync('cmp', [join(unpacked, 'vm.json'), join(host.dataDir, 'vms', id, 'vm.json')]);
    const text = (name: string): string => readFileSync(join(unpacked, name), 'utf8');
    expect(text('README.txt')).toMatch(/The kernel panicked: .*sysrq triggered crash/);
    expect(text('README.txt')).toContain('passwords');
    expect(text('command-line.txt')).toContain(' umid=web ');
    expect(text('computer.txt')).toContain(
      `Kernel of this computer: ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim()} `,
    );
    expect(text('computer.txt')).toContain('UML kernel: ');
    const noted = text('host-log.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event?: string; cause?: string });
    expect(noted).toContainEqual(expect.objectContaining({ event: 'crash', cause: 'panic' }));
    expect(noted).not.toContainEqual(expect.objectContaining({ cause: 'killed' }));
  });

  test('of no number is that of the newest run; of a running one what there is so far', async () => {
    await host.client.must('vms.start', { id });
    await host.login(id);
    const path = join(folder, 'running.tar.gz');
    await host.client.must('runs.export', { id, run: null, path });
    const readme = execFileSync('tar', ['xzOf', path, 'web-run-4/README.txt'], { encoding: 'utf8' });
    expect(readme).toContain('still going on');
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
  });

  test('overwrites nothing, and leaves nothing when it fails', async () => {
    const taken = join(folder, 'taken.tar.gz');
    writeFileSync(taken, 'mine');
    const refused = (path: string) => host.client.call('runs.export', { id, run: 1, path });
    expect(await refused(taken)).toMatchObject({ ok: false, error: { code: 'export-exists' } });
    expect(readFileSync(taken, 'utf8')).toBe('mine');
    writeFileSync(join(folder, 'x.tar.gz.partial'), 'mine, too');
    expect(await refused(join(folder, 'x.tar.gz'))).toMatchObject({
      ok: false,
      error: { code: 'export-exists', params: { path: join(folder, 'x.tar.gz.partial') } },
    });
    expect(readFileSync(join(folder, 'x.tar.gz.partial'), 'utf8')).toBe('mine, too');
    // A dangling link is something, too; through it a file would be made elsewhere.
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link.tar.gz'));
    expect(await refused(join(folder, 'link.tar.gz'))).toMatchObject({
      ok: false,
      error: { code: 'export-exists' },
    });
    const before = readdirSync(folder).sort();
    for (const path of [
      'relative.tar.gz',
      '/nowhere/x.tar.gz',
      `${folder}/`,
      '/dev/full/x',
      `${folder}/a\0b`,
      '',
    ])
      expect(await refused(path)).toMatchObject({ ok: false, error: { code: 'export-failed' } });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test('to a disk that runs full fails with the reason and leaves nothing', async () => {
    const small = join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'small', small]);
    try {
      expect(
        await host.client.call('runs.export', { id, run: 1, path: join(small, 'x.tar.gz') }),
      ).toMatchObject({ ok: false, error: { code: 'export-failed', params: { why: 'the disk is full' } } });
      expect(readdirSync(small)).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

describe('runs go', () => {
  test('one that is deleted is gone from the disk, the list, the size and the history of a console', async () => {
    const before = host.vm(id).logBytes;
    const ofTwo = [0, 1].reduce((sum, n) => sum + statSync(log(2, n)).size, 0);
    const reader = await host.console(id);
    await reader.event('console.live');
    await host.client.must('runs.delete', { id, run: 2 });
    expect(existsSync(runFolder(2))).toBe(false);
    expect((await runs()).map(({ number }) => number)).toEqual([4, 3, 1]);
    expect(host.vm(id).logBytes).toBe(before - ofTwo);
    const numbers = (events: (typeof reader)['events']): number[] =>
      events.flatMap((event) => (event.event === 'console.runStart' ? [event.run] : []));
    expect(numbers(reader.events)).toEqual([1, 2, 3, 4]);
    // The one that was attached goes on with the next run; a new one sees nothing of the removed.
    await host.client.must('vms.start', { id });
    await reader.expect(/web login: $/);
    expect(numbers(reader.events)).toEqual([1, 2, 3, 4, 5]);
    const later = await host.console(id);
    await later.event('console.live');
    expect(numbers(later.events)).toEqual([1, 3, 4, 5]);
    expect(later.text).not.toContain('sysrq triggered crash');
    expect(await host.client.call('runs.delete', { id, run: 5 })).toMatchObject({
      ok: false,
      error: { code: 'run-not-ended' },
    });
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
  });

  test('a run that isn’t there, is damaged or leads elsewhere is unknown, and nothing else suffers', async () => {
    mkdirSync(runFolder(90));
    writeFileSync(join(runFolder(90), 'run.json'), '{"number":');
    cpSync(runFolder(1), runFolder(91), { recursive: true });
    mkdirSync(runFolder(92));
    execFileSync('mkfifo', [join(runFolder(92), 'run.json')]);
    symlinkSync(runFolder(1), runFolder(93));
    for (const run of [2, 77, 90, 91, 92, 93]) {
      const unknown = { ok: false, error: { code: 'run-unknown', params: { name: 'web', run } } };
      expect(await host.client.call('runs.events', { id, run })).toMatchObject(unknown);
      expect(await host.client.call('runs.delete', { id, run })).toMatchObject(unknown);
      expect(await host.client.call('runs.compare', { id, a: 1, b: run })).toMatchObject(unknown);
    }
    // A log that is a link is no log: what it leads to is neither found nor exported.
    const secret = join(host.home, 'secret');
    writeFileSync(secret, 'not of this run\n');
    rmSync(log(4, 1));
    symlinkSync(secret, log(4, 1));
    const { hits } = await search('not of this run', 5);
    expect(hits).toEqual([]);
    expect((await runs()).map(({ number }) => number)).toEqual([5, 4, 3, 1]);
    await host.client.must('runs.delete', { id, run: 4 });
    expect(readFileSync(secret, 'utf8')).toBe('not of this run\n');
    for (const run of [90, 91, 92, 93]) rmSync(runFolder(run), { recursive: true });
  });

  test('at a start the oldest go beyond the number and the bytes that are kept', async () => {
    const copyOfOne = (number: number): void => {
      cpSync(runFolder(1), runFolder(number), { recursive: true });
      const path = join(runFolder(number), 'run.json');
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), number }));
    };
    for (let number = 6; number < RUNS_KEPT + 8; number += 1) copyOfOne(number);
    // Found by a host that starts, as at every login.
    await host.killHost();
    await host.launch({ stdout: join(host.dataDir, 'host.log') });
    const there = [1, 3, 5, ...Array.from({ length: RUNS_KEPT + 2 }, (_, n) => n + 6)];
    expect((await runs()).map(({ number }) => number)).toEqual(there.toReversed());
    const following = await host.console(id, 'con0', 64 * 1024 * 1024);
    await host.client.must('vms.start', { id });
    await following.expect(/web login: $/);
    const newest = host.vm(id).runNumber;
    const kept = [...there, newest].slice(-RUNS_KEPT);
    const isOver = (): boolean => readdirSync(join(runFolder(newest), '..')).length <= RUNS_KEPT;
    await host.until('pruned', isOver);
    expect((await runs()).map(({ number }) => number)).toEqual(kept.toReversed());
    expect(
      readdirSync(join(runFolder(1), '..'))
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(kept);
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');

    // A log of more than everything together may have: all older ones go. That run itself is the one before the newest.
    truncateSync(log(newest), BYTES_KEPT + 1);
    await host.client.must('vms.start', { id });
    await host.until('pruned', () => !existsSync(runFolder(kept.at(-2) ?? 0)));
    const between = host.vm(id).runNumber;
    expect((await runs()).map(({ number }) => number)).toEqual([between, newest]);
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    const large = newest;
    const startedAt = performance.now();
    await host.client.must('vms.start', { id });
    const started = host.vm(id).runNumber;
    await host.until('pruned', () => !existsSync(runFolder(large)));
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect((await runs()).map(({ number }) => number)).toEqual([started, between]);
  });
});
