import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { imageSchema } from '@shared/images/image.js';
import { recipeSchema, type RecipeInput } from '@shared/images/recipe.js';
import { runPaddock } from '../../testing/run-paddock.js';
import { BuildLab, labRecipe } from '../../testing/build-lab.js';

vi.setConfig({ testTimeout: 120_000 });

let lab: BuildLab;
afterEach(() => lab?.remove());

const debian = (tool: 'mmdebstrap' | 'debootstrap' = 'mmdebstrap'): RecipeInput['source'] => ({
  kind: 'debian',
  suite: 'bookworm',
  variant: 'minbase',
  init: 'busybox',
  mirror: null,
  tool,
});
/** A program that becomes the one behind it, in mounts of its own where something was done before. */
const after = (script: string): string[] => [
  'unshare',
  '--mount',
  '--',
  'sh',
  '-ec',
  `${script}; exec "$@"`,
  'sh',
];
const contentOf = (image: string, path: string): string =>
  execFileSync('debugfs', ['-R', `cat ${path}`, image], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

test('users that are called as what every object has', async () => {
  lab = await BuildLab.start();
  const names = ['constructor', 'tostring', '__defineg'];
  // The one name that JSON, zod and objects don't agree about.
  const proto = [{ name: '__proto__', password: { kind: 'none' } }];
  expect(recipeSchema.safeParse({ ...labRecipe({ kind: 'tiny' }), access: { users: proto } }).success).toBe(
    false,
  );
  const users = names.map((name) => ({ name, password: { kind: 'password' as const } }));
  const recipe = labRecipe({ kind: 'tiny' }, { access: { users } });
  const asked = { recipe, name: 'odd', secrets: {} };
  expect(await lab.host.client.call('images.build', asked)).toMatchObject({
    error: { code: 'password-missing', params: { user: 'constructor' } },
  });
  const file = join(lab.host.home, 'odd.json');
  const secret = join(lab.host.home, 'secret');
  writeFileSync(file, JSON.stringify(recipe));
  writeFileSync(secret, 'x y z\n');
  const given = names.flatMap((name) => ['--password-file', `${name}=${secret}`]);
  expect(runPaddock(lab.host, ['image', 'build', file, ...given.slice(2)]).err).toContain('constructor');
  const built = runPaddock(lab.host, ['image', 'build', file, '--name', 'constructor', ...given]);
  expect(built, built.err).toMatchObject({ status: 0, out: 'constructor is ready\n' });
  const shadow = contentOf(join(lab.host.dataDir, 'images/constructor.img'), '/etc/shadow');
  for (const name of names) expect(shadow).toMatch(new RegExp(`^${name}:\\$6\\$[^:]{90,}:`, 'm'));
});

test('two builds of one name at once: one is made, the other refused', async () => {
  lab = await BuildLab.start();
  const asked = { recipe: labRecipe({ kind: 'tiny' }), name: 'twice', secrets: {} };
  const answers = await Promise.all([1, 2, 3, 4].map(() => lab.host.client.call('images.build', asked)));
  const begun = answers.flatMap((answer) => (answer.ok ? [answer.value.jobId] : []));
  expect(begun).toHaveLength(1);
  for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('image-name-making');
  expect(await lab.ended(begun[0] ?? '')).toMatchObject({ state: 'succeeded' });
  expect(lab.library()).toEqual(['twice.img', 'twice.json']);
});

test('a host killed between an image and its record leaves no name that is taken by nothing', async () => {
  lab = await BuildLab.start();
  await lab.host.killHost();
  const images = join(lab.host.dataDir, 'images');
  for (const name of ['half', 'whole']) {
    mkdirSync(join(images, `build-${name}`));
    writeFileSync(join(images, `build-${name}/disk.img`), 'x'.repeat(4096), { mode: 0o444 });
    linkSync(join(images, `build-${name}/disk.img`), join(images, `${name}.img`));
  }
  const path = join(images, 'whole.img');
  const record = {
    version: 1,
    id: 'whole',
    name: 'whole',
    kind: 'tiny',
    path,
    sizeBytes: 4096,
    origin: 'a test',
  };
  const image = imageSchema.parse({ ...record, createdAt: new Date().toISOString() });
  writeFileSync(join(images, 'whole.json'), JSON.stringify(image));
  // Nobody's work of ours: what a person put there stays.
  writeFileSync(join(images, 'mine.img'), 'y');
  await lab.launch();
  expect(lab.library()).toEqual(['mine.img', 'whole.img', 'whole.json']);
  expect(await lab.build(labRecipe({ kind: 'tiny' }), 'half')).toMatchObject({ state: 'succeeded' });
});

test('a file to copy in can’t be where no file can be', async () => {
  lab = await BuildLab.start();
  const from = join(lab.host.home, 'file');
  writeFileSync(from, 'x');
  const built = (to: string): ReturnType<BuildLab['host']['client']['call']> =>
    lab.host.client.call('images.build', {
      recipe: { ...labRecipe({ kind: 'tiny' }), contents: { files: [{ from, to }] } },
      name: 'files',
      secrets: {},
    });
  for (const to of [
    '/etc/.',
    '/etc/..',
    '/',
    '/etc/',
    '//',
    '/a/./b',
    `/${'x'.repeat(256)}`,
    `/${'x/'.repeat(300)}y`,
  ])
    expect(await built(to), to).toMatchObject({ ok: false });
  const below = await lab.build(
    labRecipe({ kind: 'tiny' }, { contents: { files: [{ from, to: '/etc/passwd/x' }] } }),
    'below',
  );
  expect(below).toMatchObject({ state: 'failed', error: { code: 'recipe-needs' } });
  await lab.host.client.must('jobs.clear', { id: below.id });
  const odd = '/etc/a b\t"\'\\$(touch x)\n#é;|&';
  const job = await lab.build(
    labRecipe({ kind: 'tiny' }, { contents: { files: [{ from, to: odd }] } }),
    'odd',
  );
  expect(job).toMatchObject({ state: 'succeeded' });
  const { con0 } = await lab.boot('odd', 64);
  con0.type('root\r');
  await con0.expect(/# /);
  expect(
    await con0.run('for f in /etc/a*; do [ -f "$f" ] && printf %s "$f" | md5sum | cut -c1-32; done'),
  ).toBe(execFileSync('md5sum', { input: odd, encoding: 'utf8' }).slice(0, 32));
});

test('an ordinary user: a file that may not be read, or would take the place of a folder; the name is free again', async () => {
  lab = await BuildLab.start('a user');
  const file = join(lab.host.home, 'x.json');
  for (const [from, to, said] of [
    ['/etc/shadow', '/etc/x', 'you may not read it'],
    ['/dev/zero', '/etc/x', 'only ordinary files can be copied in'],
    ['/etc/hostname', '/etc', 'is a folder of the guest'],
    ['/etc/hostname', '/root', 'is a folder of the guest'],
  ] as const) {
    writeFileSync(file, JSON.stringify(labRecipe({ kind: 'tiny' }, { contents: { files: [{ from, to }] } })));
    const built = runPaddock(lab.host, ['image', 'build', file]);
    expect(built.err, to).toContain(said);
    expect(built.status).toBe(1);
    expect(lab.library()).toEqual([]);
  }
});

test('a disk that needs more room than there is, for its inodes alone, is told before', async () => {
  lab = await BuildLab.start();
  const recipe = labRecipe({ kind: 'tiny' }, { disk: { sizeMiB: 16 * 1024 * 1024 } });
  expect(await lab.host.client.call('images.build', { recipe, name: 'huge', secrets: {} })).toMatchObject({
    error: { code: 'image-no-space' },
  });
});

describe.skipIf(process.getuid?.() !== 0)('Debian', () => {
  test('without any network', async () => {
    lab = await BuildLab.start('root', ['unshare', '--net', '--']);
    for (const tool of ['mmdebstrap', 'debootstrap'] as const) {
      const job = await lab.build(labRecipe(debian(tool)), 'away');
      expect(job, tool).toMatchObject({
        state: 'failed',
        error: { code: 'mirror-unreachable' },
        canRetry: true,
      });
      await lab.host.client.must('jobs.clear', { id: job.id });
    }
    await expect.poll(() => lab.library()).toEqual([]);
  });

  test('without room in /var/tmp, where its tree is made: before, and in the middle', async () => {
    lab = await BuildLab.start('root', after('mount -t tmpfs -o size=50m none /var/tmp'));
    const asked = { recipe: labRecipe(debian()), name: 'full', secrets: {} };
    expect(await lab.host.client.call('images.build', asked)).toMatchObject({
      error: { code: 'image-no-space', params: { folder: '/var/tmp' } },
    });
    const seen = `/proc/${lab.host.pid}/root/var/tmp`;
    execFileSync('nsenter', [
      '-t',
      String(lab.host.pid),
      '-m',
      'mount',
      '-o',
      'remount,size=700m',
      '/var/tmp',
    ]);
    const jobId = await lab.begin(labRecipe(debian()), 'full');
    await lab.line(jobId, /^Unpacking /);
    execFileSync('sh', ['-c', `head -c 700M /dev/zero > ${seen}/filler 2> /dev/null || true`]);
    expect(await lab.ended(jobId)).toMatchObject({
      state: 'failed',
      canRetry: true,
    });
    // Told as such where a program says so near its end; dpkg has other words for it.
    expect(['no-space', 'tool-failed']).toContain((await lab.ended(jobId)).error?.code);
    execFileSync('rm', [`${seen}/filler`]);
    await lab.host.client.must('jobs.retry', { id: jobId });
    expect(await lab.ended(jobId)).toMatchObject({ state: 'succeeded' });
    expect(execFileSync('ls', [seen], { encoding: 'utf8' })).toBe('');
  });
});
