import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cowByHand, makeDisk, seconds, sha } from '../host/testing/layer-oracles.js';
import { runPaddock, type Said } from '../host/testing/run-paddock.js';
import { TestHost } from '../host/testing/test-host.js';

vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
// Folders only: the command starts the host itself, as it does for a person.
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(async () => {
  paddock('host', 'quit');
  await host.remove();
});

const paddock = (...args: string[]): Said => runPaddock(host, args);
/** What a command that must succeed printed. */
const ok = (...args: string[]): string => {
  const said = paddock(...args);
  expect(said, args.join(' ')).toMatchObject({ status: 0, err: '' });
  return said.out;
};
const json = (...args: string[]): unknown => JSON.parse(ok(...args, '--json'));
/** One plain sentence on stderr, perhaps with a second line that says what to do, and nothing on stdout. */
const refused = (words: string | RegExp, ...args: string[]): void => {
  const { status, out, err } = paddock(...args);
  expect({ status, out }, args.join(' ')).toEqual({ status: 1, out: '' });
  expect(err).toMatch(words);
  expect(err).toMatch(/^paddock: [^\n]+[.!?]\n([^\n]+\n)?$/);
};

interface Listed {
  bases: { id: string; name: string; path: string; state: { kind: string } }[];
  layers: {
    id: string;
    name: string;
    role: string;
    path: string;
    basePath: string;
    snapshotId: string | null;
    note: string;
    changedBytes: number;
    state: { kind: string };
  }[];
}

test('several machines on one base, layers of their own and free ones, snapshots and the way back', () => {
  expect(ok('vm', 'create', 'web', '--memory', '64', '--count', '2')).toBe('web-1 is made\nweb-2 is made\n');
  expect(ok('vm', 'create', 'full', '--memory', '64', '--copy')).toBe('full is made\n');
  expect(json('disk', 'list', 'full') as { kind: string }[]).toMatchObject([{ kind: 'own' }]);
  const { layerId } = json('layer', 'create', 'twig', '--base', 'tiny', '--note', 'n') as { layerId: string };
  expect(ok('layer', 'create', 'leaf', '--base', 'tiny')).toMatch(/^leaf is a new layer \([0-9a-f]{12}\)\n$/);

  const { bases, layers } = json('layer', 'list') as Listed;
  expect(bases).toMatchObject([{ name: 'tiny', state: { kind: 'ok' } }]);
  expect(layers.map(({ name, role }) => `${name} ${role}`).sort()).toEqual([
    'leaf free',
    'twig free',
    'web-1 machine',
    'web-2 machine',
  ]);
  const lines = ok('layer', 'list').trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^BASE OR LAYER +ID +CHANGED +ON DISK +USED BY +STATE/);
  expect(lines[1]).toMatch(/^tiny \(16(\.\d)? M\w*, read-only\) .* 4 layers +ok/);
  expect(lines.find((line) => line.includes('twig'))).toMatch(new RegExp(`^  twig +${layerId} .* ok`));

  // By a machine, an id, a name and a path.
  const web = layers.find(({ name }) => name === 'web-1');
  expect(ok('layer', 'info', 'web-1')).toContain(web?.path);
  for (const word of ['twig', layerId]) expect(ok('layer', 'info', word)).toMatch(/Note: +n\n/);
  const info = json('layer', 'info', web?.path ?? '') as {
    layer: { basePath: string };
    base: { path: string };
  };
  expect(info).toMatchObject({ layer: { basePath: web?.basePath }, base: { path: web?.basePath } });
  const byHand = join(host.home, 'hand.cow');
  execFileSync('uml_mkcow', [byHand, web?.basePath ?? '']);
  expect(runPaddock(host, ['layer', 'info', './hand.cow'], host.home).out).toContain(byHand);

  const branch = json('layer', 'branch', 'web-1', 'branched', '--note', 'from web') as { layerId: string };
  expect(sha(join(host.dataDir, 'layers', `${branch.layerId}.cow`))).toBe(sha(web?.path ?? ''));
  expect(ok('layer', 'note', 'branched', 'another note')).toBe('');
  expect(ok('layer', 'info', 'branched')).toMatch(/Note: +another note\n/);
  expect(ok('vm', 'create', 'branch', '--memory', '64', '--layer', branch.layerId)).toBe('branch is made\n');
  expect(existsSync(join(host.dataDir, 'layers', `${branch.layerId}.cow`))).toBe(false);

  // Put away, had back, gone for good.
  expect(ok('layer', 'trash', 'leaf')).toBe('leaf is in the trash\n');
  const [entry] = json('trash', 'list') as { id: string; name: string }[];
  expect(entry).toMatchObject({ name: 'leaf' });
  expect(ok('trash', 'list')).toMatch(new RegExp(`${entry?.id} +leaf `));
  expect(ok('trash', 'restore', entry?.id ?? '')).toMatch(/\.cow is back\n$/);
  expect(ok('layer', 'info', 'leaf')).toContain('ok. ');
  ok('layer', 'trash', 'leaf');
  ok('layer', 'trash', 'twig');
  expect(json('trash', 'list') as unknown[]).toHaveLength(2);
  expect(ok('trash', 'empty', (json('trash', 'list') as { id: string }[])[0]?.id ?? '')).toBe('');
  expect(ok('trash', 'empty', '--all')).toBe('');
  expect(json('trash', 'list') as unknown[]).toEqual([]);
  refused('There is nothing nowhere in the trash', 'trash', 'restore', 'nowhere');

  const { snapshotId } = json('layer', 'snapshot', 'web-1', '--note', 'clean') as { snapshotId: string };
  expect(ok('layer', 'snapshot', 'web-1')).toMatch(/^snapshot [0-9a-f]{12} of web-1\n$/);
  ok('vm', 'start', 'web-1');
  const typed = ['--send', 'root\\n', '--expect', '# ', '--send', 'echo a > /root/f; sync; echo do""ne\\n'];
  ok('console', 'web-1', '--expect', 'login: $', ...typed, '--expect', '^done');
  expect(ok('layer', 'snapshot', 'web-1', '--note', 'running')).toMatch(
    /^snapshot [0-9a-f]{12} of web-1; it stood still for \d+ ms\n$/,
  );
  refused(/It is running/, 'layer', 'restore', 'web-1', '--to', 'clean');
  refused(/can’t be merged/, 'layer', 'merge', 'web-1', '--to', 'gold');
  ok('vm', 'kill', 'web-1');
  expect(ok('layer', 'restore', 'web-1', '--to', 'clean')).toBe(
    'web-1 is back at clean; what it had is kept as a snapshot\n',
  );
  expect(cowByHand(web?.path ?? '').changedBytes).toBe(0);
  json('layer', 'restore', 'web-1', '--to', snapshotId);
  expect(ok('layer', 'restore', 'web-1', '--pristine', '--drop')).toBe(
    'web-1 is back at its pristine base; what it had is in the trash\n',
  );
  expect(json('trash', 'list') as unknown[]).toHaveLength(1);
  refused('There is no snapshot nothing of this machine', 'layer', 'restore', 'web-1', '--to', 'nothing');
  expect(ok('layer', 'trash', snapshotId)).toMatch(/^clean is in the trash\n$/);

  // The words of a merge, and the merge.
  const planned = ok('layer', 'merge', 'branch', '--to', 'gold', '--dry-run');
  expect(planned).toMatch(/^ok {2}branch is stopped/);
  expect(planned.trimEnd().split('\n').at(-1)).toMatch(/^uml_moo -b \S+ \S+ \S+gold\.img\.partial$/);
  expect(
    (json('layer', 'merge', 'branch', '--to', 'gold', '--dry-run') as { checks: unknown[] }).checks,
  ).toHaveLength(4);
  expect(existsSync(join(host.dataDir, 'images/gold.img'))).toBe(false);
  expect(ok('layer', 'merge', 'branch', '--to', 'gold', '--engine', 'fast', '--verify')).toBe(
    `branch is merged into gold (${join(host.dataDir, 'images/gold.img')})\n`,
  );
  refused('exists already, and a merge overwrites nothing.', 'layer', 'merge', 'branch', '--to', 'gold');
  const doomed = ok('layer', 'merge', 'web-1', '--into-base', '--dry-run');
  expect(doomed).toMatch(/^breaks: .*web-2/m);
  for (const confirm of [[], ['--confirm', 'Tiny']])
    refused(
      /breaks all other layers on it.\n.*: tiny\n/,
      'layer',
      'merge',
      'web-1',
      '--into-base',
      ...confirm,
    );
  expect(ok('layer', 'merge', 'web-1', '--into-base', '--confirm', 'tiny')).toMatch(
    /^web-1 is merged into tiny/,
  );
  refused(/was changed after the layer was made on it/, 'vm', 'start', 'web-2');
});

test('the words of a fast merge, as a dry run prints them, are a merge', () => {
  ok('vm', 'create', 'web', '--memory', '64');
  const base = makeDisk(host.home, 'a base.img');
  ok('disk', 'add', 'web', '--layer', base);
  ok('layer', 'create', 'two words', '--base', base);
  const run = (...args: string[]): string => {
    const printed = ok('layer', 'merge', ...args, '--engine', 'fast', '--dry-run')
      .trimEnd()
      .split('\n')
      .at(-1);
    expect(printed).toMatch(/^paddock layer merge /);
    // By a shell, as a person would paste them.
    const script = `paddock() { printf '%s\\n' "$@"; }; ${printed ?? ''}`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    return ok(...words);
  };
  refused('no machine has it', 'layer', 'merge', 'two words', '--to', 'never', '--move-over');
  expect(run('web', '--to', 'gold')).toMatch(/^web is merged into gold /);
  expect(run('web:1', '--to', 'data')).toMatch(/^web:1 is merged into data /);
  expect(run('two words', '--to', 'free')).toMatch(/^[0-9a-f]{12} is merged into free /);
  expect(ok('layer', 'merge', 'web', '--to', 'moved', '--engine', 'fast', '--move-over')).toMatch(
    /^web is merged into moved .*\nweb has an empty layer on moved; the one it had is in the trash\n$/,
  );
  const { layers } = json('layer', 'list') as Listed;
  expect(layers.find(({ id }) => id.endsWith('.0'))?.basePath).toMatch(/\/moved\.img$/);
  expect(json('trash', 'list') as unknown[]).toHaveLength(1);
  expect(run('web:1', '--into-base')).toMatch(/^web:1 is merged into a base\.img/);
});

test('repair and rebase say what they would do, and do it', () => {
  const base = makeDisk(host.home, 'base.img');
  ok('layer', 'create', 'one', '--base', base);
  const path = (json('layer', 'list') as Listed).layers[0]?.path ?? '';
  const time = seconds(base);
  expect(ok('layer', 'repair', 'one', '--plan')).toBe('one: It fits its base, and nobody has it open.\n');
  refused(/^paddock: one can’t be mended that way: It fits its base/, 'layer', 'repair', 'one');

  execFileSync('touch', ['-d', `@${time + 60}`, base]);
  expect(ok('layer', 'list')).toMatch(/one .* base modified\n/);
  const plan = ok('layer', 'repair', 'one', '--plan');
  expect(plan).toMatch(/^one: Its base was written to or touched/);
  expect(plan).toMatch(/^restore-time: Set the base’s time back\n {2}\S/m);
  expect(seconds(base)).toBe(time + 60);
  expect((json('layer', 'repair', 'one', '--plan') as { mends: { kind: string }[] }).mends).toMatchObject([
    { kind: 'restore-time' },
  ]);
  refused(/nothing to mend in that way/, 'layer', 'repair', 'one', '--by', 'trash');
  expect(ok('layer', 'repair', 'one')).toBe('one: done (Set the base’s time back)\n');
  expect(seconds(base)).toBe(time);

  const moved = join(host.home, 'moved.img');
  renameSync(base, moved);
  expect(ok('layer', 'rebase', 'one', '--plan')).toContain(moved);
  expect(cowByHand(path).backing).toBe(base);
  const other = makeDisk(host.home, 'other.img', { mib: 9 });
  refused(/other\.img has 9437184 bytes/, 'layer', 'rebase', 'one', '--base', other);
  expect(runPaddock(host, ['layer', 'rebase', 'one', '--base', 'moved.img'], host.home)).toMatchObject({
    status: 0,
    out: 'one: done (Point the layer to the base’s new place)\n',
  });
  expect(cowByHand(path).backing).toBe(moved);
  execFileSync('truncate', ['-s', '0', path]);
  expect(ok('layer', 'list')).toMatch(/one .* damaged\n/);
  refused(/the file is empty/, 'layer', 'info', 'one');
  expect(json('layer', 'repair', 'one') as { layer: unknown }).toEqual({ layer: null });
  expect((json('layer', 'list') as Listed).layers).toEqual([]);
});

test('disks of a machine, and calls that are wrong', () => {
  ok('vm', 'create', 'web', '--memory', '64');
  const disk = makeDisk(host.home, 'data.img');
  const add = ['disk', 'add', 'web'];
  expect(ok(...add, '--file', disk, '--flags', 'rt', '--serial', 'S1')).toBe(
    'web has ubd1, /dev/ubdb in the guest\n',
  );
  expect(ok(...add, '--swap', '8', '--unit', '5')).toBe('web has ubd5, /dev/ubdf in the guest\n');
  ok(...add, '--empty', '4');
  ok(...add, '--layer', 'tiny');
  ok(...add, '--copy', disk);
  const { layerId } = json('layer', 'create', 'free', '--base', 'tiny') as { layerId: string };
  ok(...add, '--free-layer', layerId);
  const rows = ok('disk', 'list', 'web').trimEnd().split('\n');
  expect(rows[2]).toMatch(new RegExp(`^ubd1 +/dev/ubdb +file +rt +S1 +- +${disk} +-`));
  expect(rows.at(-2)).toMatch(/^ubd5 +\/dev\/ubdf +swap/);
  expect(rows).toHaveLength(8);
  expect(ok('disk', 'change', 'web', 'ubd1', '--flags', 's', '--no-serial')).toBe('');
  expect(ok('disk', 'change', 'web', '2', '--serial', 'NEW')).toBe('');
  const disks = json('disk', 'list', 'web') as {
    unit: number;
    serial: string | null;
    flags: { sync: boolean; readOnly: boolean };
  }[];
  expect(disks[1]).toMatchObject({ unit: 1, serial: null, flags: { sync: true, readOnly: false } });
  expect(disks[2]).toMatchObject({ unit: 2, serial: 'NEW' });
  expect(ok('disk', 'remove', 'web', 'ubd1')).toBe('ubd1 is taken from web\n');
  refused('web has no disk ubd1', 'disk', 'remove', 'web', 'ubd1');
  refused('web has a disk ubd2 (/dev/ubdc) already', ...add, '--empty', '1', '--unit', '2');
  chmodSync(disk, 0o600);
  expect(statSync(disk).size).toBe(8 << 20);
  refused('is not there', ...add, '--file', '/nowhere.img');
  refused(/is the base of web/, ...add, '--file', (json('layer', 'list') as Listed).bases[0]?.path ?? '');
  // A snapshot holds layers only, and says what it doesn't hold.
  expect(ok('layer', 'snapshot', 'web', '--note', 'part')).toMatch(
    /^snapshot [0-9a-f]{12} of web; not in it: \/dev\/ubdc \(an empty disk\), .*\/dev\/ubdf \(swap\)/,
  );
  expect(ok('layer', 'restore', 'web', '--to', 'part')).toMatch(
    /; as they are now stay: \/dev\/ubdc \(an empty disk\), .*\/dev\/ubdf \(swap\)/,
  );
  refused('There is no layer nothing', 'layer', 'info', 'nothing');
  refused('There is no layer nothing', ...add, '--free-layer', 'nothing');
  refused('There is no image called nothing', 'layer', 'create', 'x', '--base', 'nothing');
  refused('There is no machine called nobody', 'layer', 'snapshot', 'nobody');
  refused('There is no machine called nobody', 'disk', 'list', 'nobody');
  refused(
    /is itself a copy-on-write layer/,
    'layer',
    'create',
    'x',
    '--base',
    join(host.dataDir, 'vms', readdirSync(join(host.dataDir, 'vms'))[0] ?? '', 'disk.cow'),
  );

  for (const args of [
    ['layer'],
    ['layer', 'nonsense'],
    ['layer', 'create', 'x'],
    ['layer', 'create', '--base', 'tiny'],
    ['layer', 'branch', 'web'],
    ['layer', 'snapshot'],
    ['layer', 'restore', 'web'],
    ['layer', 'restore', 'web', '--to', 'x', '--pristine'],
    ['layer', 'merge', 'web'],
    ['layer', 'merge', 'web', '--to', 'x', '--into-base'],
    ['layer', 'merge', 'web', '--to', 'x', '--engine', 'slow'],
    ['layer', 'merge', 'web', '--into-base', '--move-over'],
    ['layer', 'note', 'web'],
    ['disk'],
    ['disk', 'add', 'web'],
    ['disk', 'add', 'web', '--empty', '0'],
    ['disk', 'add', 'web', '--empty', '1', '--swap', '1'],
    ['disk', 'add', 'web', '--empty', '1', '--flags', 'x'],
    ['disk', 'add', 'web', '--empty', '1', '--unit', '8'],
    ['disk', 'remove', 'web', 'sda'],
    ['trash'],
    ['trash', 'empty'],
    ['trash', 'restore'],
    ['vm', 'create', 'x', '--count', '0'],
    ['vm', 'create', 'x', '--count', '2', '--layer', layerId],
  ]) {
    const said = paddock(...args);
    expect(said, args.join(' ')).toMatchObject({ status: 2, out: '' });
    expect(said.err, args.join(' ')).toMatch(/^paddock: [^\n]+\n“paddock help” shows how\.\n$/);
  }
});
