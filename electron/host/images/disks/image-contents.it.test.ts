import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageEntry } from '@shared/api/image-calls.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrdinaryUser } from '../../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../../e2e/oracles/processes.js';
import { fillWithContents, oddName } from '../../testing/image-contents.js';
import { ImageLab } from '../../testing/image-lab.js';
import { makeStandInKernel } from '../../testing/stand-in-kernel.js';

let user: OrdinaryUser;
let lab: ImageLab;
beforeAll(async () => {
  user = OrdinaryUser.make();
  lab = await ImageLab.start(fillWithContents, user.name);
}, 90_000);
afterAll(async () => {
  await lab.host.remove();
  user.remove();
});

/** Looks into a disk of the library with this computer's own kernel. */
function mounted(id: string, script: string): string {
  const disk = lab.disk(id);
  const at = id === 'gpt' ? ',offset=$((22528*512))' : '';
  return lab.sh(
    `m=$(mktemp -d); mount -o ro,loop${at} ${disk} $m; cd $m; (${script}) || true; cd /; umount $m; rmdir $m`,
  );
}

const files = (
  id: string,
  changes: Parameters<typeof lab.host.client.call<'images.customise'>>[1]['changes'],
  secrets = {},
) => lab.job('images.customise', { id, changes, secrets });

describe('as an ordinary user', () => {
  it.each(['ext', 'x', 'b', 'gpt'])(
    '%s shows its folders and gives its files',
    { timeout: 60_000 },
    async (id) => {
      const { entries } = await lab.host.client.must('images.browse', { id, path: '/folder/../names/' });
      const byName = new Map(entries.map((entry) => [entry.name, entry]));
      expect([...byName.keys()]).toEqual([oddName, 'far', 'link', 'loop', 'up', 'é ü']);
      const link: Partial<ImageEntry> = { kind: 'link', target: '/etc/hostname' };
      expect(byName.get('link')).toMatchObject(link);
      expect(byName.get('far')?.target).toBe(`/${'long/'.repeat(40)}end`);
      expect(byName.get(oddName)).toMatchObject({
        kind: 'file',
        bytes: 3,
        mode: 0o644,
        uid: 0,
        gid: 0,
        target: '',
      });
      const { entries: etc } = await lab.host.client.must('images.browse', { id, path: '/etc' });
      expect(etc.find(({ name }) => name === 'shadow')).toMatchObject({ mode: 0o640, uid: 0, gid: 42 });
      const read = async (path: string, to: string): Promise<string> => {
        const copied = await lab.host.client.must('images.readFile', {
          id,
          path,
          to: lab.path(`${id}-${to}`),
        });
        return readFileSync(copied.path, 'latin1');
      };
      expect(await read('/big', 'big')).toBe(readFileSync(lab.path('tree/big'), 'latin1'));
      expect(await read('/names/up', 'up')).toBe(readFileSync(lab.path('tree/etc/passwd'), 'latin1'));
      expect(await read(`/folder/${oddName}`, 'odd')).toBe('odd');
      for (const [path, to, code] of [
        ['/big', lab.path(`${id}-big`), 'export-exists'],
        ['/names/loop', lab.path('no'), 'image-unfit'],
        ['/etc', lab.path('no'), 'image-unfit'],
        ['/none', lab.path('no'), 'image-unfit'],
        ['names', lab.path('no'), 'argument-invalid'],
      ] as const)
        expect(await lab.host.client.call('images.readFile', { id, path, to })).toMatchObject({
          ok: false,
          error: { code },
        });
      expect(readdirSync(join(lab.host.home, 'work')).filter((name) => name.startsWith('no'))).toEqual([]);
    },
  );

  it.each(['ext', 'x', 'b', 'gpt'])(
    '%s gets a name, a password, files and modules',
    { timeout: 60_000 },
    async (id) => {
      const password = 'it\'s "$odd" `é`';
      const [kernel = ''] = Object.keys(lab.host.state.kernels);
      const job = await files(
        id,
        {
          hostname: 'fresh',
          root: { kind: 'password' },
          files: [
            { from: lab.path('new, file'), to: '/opt/made/it\'s\n"new"', mode: null },
            { from: lab.path('new, file'), to: '/names/link', mode: 0o4600 },
          ],
          remove: ['/etc/deep/gone', '/names/far'],
          ...(id === 'x' ? { modulesOf: kernel } : {}),
        },
        { root: password },
      );
      expect(job.error).toBeNull();
      const said = mounted(
        id,
        `cat etc/hostname etc/hosts; stat -c '%a %u %g' etc/shadow opt/made/* names/link opt/made; cat opt/made/*; ls etc/deep names/far; grep ^bin etc/shadow; ls lib/modules/*/kernel | head -1`,
      );
      expect(said.split('\n').slice(0, 8)).toEqual([
        'fresh',
        '127.0.0.1 localhost',
        '127.0.1.1 fresh',
        '640 0 42',
        '754 0 0',
        '4600 0 0',
        '755 0 0',
        'new',
      ]);
      expect(said).not.toContain('gone');
      expect(said).toContain('bin:*:1:0:99999:7:::');
      const [, hash = '', salt = ''] =
        /^root:(\$6\$([^$]+)\$[^:]+):1:0:99999:7:::$/m.exec(mounted(id, 'cat etc/shadow')) ?? [];
      writeFileSync(lab.path('pw'), password);
      expect(lab.sh(`openssl passwd -6 -salt ${salt} -stdin < pw`).trim()).toBe(hash);
      const log = await lab.host.client.must('jobs.log', { id: job.id, from: 0 });
      expect(JSON.stringify([log, job]) + lab.host.output).not.toContain('$odd');
      expect(lab.leftovers()).toEqual([]);
      expect(statSync(lab.disk(id)).mode & 0o777).toBe(0o444);
    },
  );

  it(
    'a kernel gives the modules that lie beside it, or is refused with where they were looked for',
    { timeout: 60_000 },
    async () => {
      const version = '9.9.9-standin';
      const path = lab.path('linux');
      makeStandInKernel(path, { version, config: 'CONFIG_MMU=y' });
      const wanted = { id: 'ext', changes: { modulesOf: path }, secrets: {} };
      expect(await lab.host.client.call('images.customise', wanted)).toMatchObject({
        ok: false,
        error: { code: 'image-file', params: { why: expect.stringContaining('neither beside it') } },
      });
      mkdirSync(lab.path(`lib/modules/${version}/kernel`), { recursive: true });
      writeFileSync(lab.path(`lib/modules/${version}/modules.dep`), 'kernel/its-own.ko:\n');
      writeFileSync(lab.path(`lib/modules/${version}/kernel/its-own.ko`), 'a module\n');
      expect((await files('ext', { modulesOf: path })).error).toBeNull();
      expect(mounted('ext', `cat lib/modules/${version}/kernel/its-own.ko`)).toBe('a module\n');
    },
  );

  it(
    'a change that can’t be made says why and leaves the image byte for byte',
    { timeout: 60_000 },
    async () => {
      const before = lab.sh(`sha256sum < ${lab.disk('ext')}`);
      lab.sh('head -c 60M /dev/urandom > large');
      const from = lab.path('new, file');
      const refused = [
        [{ remove: ['/none'] }, /there is no \/none in it/],
        [{ remove: ['/etc'] }, /is a folder/],
        [{ files: [{ from, to: '/etc', mode: null }] }, /is a folder/],
        [{ files: [{ from: lab.path('large'), to: '/large', mode: null }] }, /no room/],
        [{ files: [{ from, to: '/names/loop/x', mode: null }] }, /round in circles/],
        [{ packages: [lab.path('answer.deb')] }, /no dpkg/],
      ] as const;
      for (const [changes, why] of refused) {
        const job = await files('ext', changes as never);
        expect(job).toMatchObject({ state: 'failed', error: { code: 'image-unfit' } });
        expect(String(job.error?.params['why'])).toMatch(why);
      }
      const calls = [
        [{ root: { kind: 'password' } }, 'password-missing'],
        [{ files: [{ from: '/none', to: '/x', mode: null }] }, 'image-file'],
      ] as const;
      for (const [changes, code] of calls)
        expect(
          await lab.host.client.call('images.customise', {
            id: 'ext',
            changes: changes as never,
            secrets: {},
          }),
        ).toMatchObject({ ok: false, error: { code } });
      expect(lab.sh(`sha256sum < ${lab.disk('ext')}`)).toBe(before);
      expect(lab.leftovers()).toEqual([]);
    },
  );

  it('links in an image lead nowhere else, nor do scripts of its packages', { timeout: 60_000 }, async () => {
    const outside = (): string[] => readdirSync(lab.path('outside'));
    expect((await files('linked', { hostname: 'inside' })).error).toBeNull();
    expect(mounted('linked', `cat .${lab.path('outside')}/hostname`)).toBe('inside\n');
    expect(outside()).toEqual(['secret']);
    const job = await files('debian', { packages: [lab.path('answer.deb')] });
    expect(job.error).toBeNull();
    expect(
      mounted(
        'debian',
        'cat opt/answer ran; cat seen; ls -d made-device usr/sbin/policy-rc.d 2>&1; grep -A1 answer var/lib/dpkg/status',
      ),
    ).toMatch(/^42\nuid=0[^\n]*\nls: [^\n]*\nls: [^\n]*\nPackage: answer\nStatus: install ok installed\n/);
    expect(outside()).toEqual(['secret']);
    expect((await files('debian', { removePackages: ['answer'] })).error).toBeNull();
    expect(mounted('debian', 'ls opt')).not.toContain('answer');
    expect(existsSync(lab.path('outside/mounted'))).toBe(false);
  });

  it('nothing is changed under a machine or a layer', { timeout: 60_000 }, async () => {
    await lab.host.client.must('vms.create', {
      name: 'on-it',
      image: 'ext',
      memoryMiB: 64,
      kernelPath: null,
      consoles: tabConsoles(1),
      start: false,
    });
    const call = lab.host.client;
    for (const answer of [
      await call.call('images.grow', { id: 'ext', sizeMiB: 100 }),
      await call.call('images.check', { id: 'ext', repair: true }),
      await call.call('images.compact', { id: 'ext' }),
      await call.call('images.customise', { id: 'ext', changes: { hostname: 'no' }, secrets: {} }),
    ])
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'image-busy', params: { why: expect.stringMatching(/on-it/) } },
      });
    expect(await lab.job('images.check', { id: 'ext', repair: false })).toMatchObject({
      result: 'ext is sound.',
    });
    const held = await lab.host.lockFile(lab.disk('x'));
    expect(await call.call('images.checksum', { id: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'image-busy' },
    });
    expect(await call.call('images.browse', { id: 'x', path: '/' })).toMatchObject({
      ok: false,
      error: { code: 'image-busy' },
    });
    await held.end();
  });

  it('a tiny image with a password lets in who knows it', { timeout: 60_000 }, async () => {
    const { id } = await lab.host.client.must('images.makeTiny', {});
    const from = lab.path('new, file');
    const changes = { root: { kind: 'password' as const }, files: [{ from, to: '/etc/made', mode: null }] };
    expect((await files(id, changes, { root: 'open $esame' })).error).toBeNull();
    const console = await lab.host.console(await lab.host.makeTiny());
    await console.expect(/login: $/);
    console.type('root\r');
    await console.expect(/Password: $/);
    console.type('open $esame\r');
    await console.expect(/# /);
    console.type('cat /etc/made; grep -c ^root: /etc/shadow\r');
    await console.expect(/new\s+1\s/);
  });

  it(
    'a killed host leaves nothing of its helpers, and the image as it was',
    { timeout: 60_000 },
    async () => {
      const before = lab.sh(`sha256sum < ${lab.disk('b')}`);
      const { jobId } = await lab.host.client.must('images.customise', {
        id: 'b',
        changes: { hostname: 'no' },
        secrets: {},
      });
      const helpers = (): string[] =>
        readdirSync(lab.host.runtimeDir).filter((name) => name.startsWith('helper-'));
      await lab.host.until('its second step', ({ jobs }) => jobs[jobId]?.steps[1]?.state === 'now');
      const until = Date.now() + 5000;
      while (helpers().length === 0 && Date.now() < until) await new Promise(setImmediate);
      const [helper = ''] = helpers();
      expect(helper).toMatch(/^helper-/);
      await lab.host.killHost();
      expect(lab.leftovers()).toHaveLength(1);
      await lab.restart();
      expect(processesNaming(helper)).toEqual([]);
      expect(helpers()).toEqual([]);
      expect(lab.leftovers()).toEqual([]);
      expect(lab.sh(`sha256sum < ${lab.disk('b')}`)).toBe(before);
    },
  );
});
