import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ImageEntry } from '@shared/api/image-calls.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrdinaryUser } from '../../../../e2e/fixtures/ordinary-user.js';
import { ImageLab } from '../../testing/image-lab.js';

let user: OrdinaryUser;
let lab: ImageLab;
const odd = 'a "b" \'c\' $(d) <2>\nx/1/100644/0/0/';
const oddName = odd.replaceAll('/', '|');

/** The same tree on an ext4, an xfs, a btrfs and in a partition; one with dpkg, and one whose /etc is a link. */
function fill(one: ImageLab): void {
  const tree = one.path('tree');
  mkdirSync(join(tree, 'etc/deep'), { recursive: true });
  mkdirSync(join(tree, 'sbin'));
  mkdirSync(join(tree, 'names'));
  writeFileSync(join(tree, 'names', oddName), 'odd');
  writeFileSync(join(tree, 'names/é ü'), 'é');
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nbin:x:1:1::/:/bin/false\n');
  writeFileSync(join(tree, 'etc/shadow'), 'root:*:1:0:99999:7:::\nbin:*:1:0:99999:7:::\n');
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1\told\n');
  writeFileSync(join(tree, 'etc/hostname'), 'old\n');
  writeFileSync(join(tree, 'etc/deep/gone'), 'x');
  one.sh(`cd tree; chmod 640 etc/shadow; chown 0:42 etc/shadow; echo init > sbin/init; head -c 3000001 /dev/urandom > big
    ln -s /etc/hostname names/link; ln -s ../../../../../../etc/passwd names/up; ln -s loop names/loop
    ln -s /${'long/'.repeat(40)}end names/far; ln -s /names folder`);
  one.sh(`mke2fs -q -F -t ext4 -b 4096 -d tree ext 32M
    truncate -s 320M x; mkfs.xfs -q -f -s size=4096 x; mkdir m; mount -o loop x m; cp -a tree/. m/; umount m
    truncate -s 160M b; mkfs.btrfs -q -f --rootdir tree b
    truncate -s 60M gpt; printf 'label: gpt\\nstart=2048,size=20480\\nstart=22528\\n' | sfdisk -q gpt
    dd if=ext of=gpt bs=512 seek=22528 conv=notrunc,sparse status=none
    mkdir -p links outside; ln -s ${one.path('outside')} links/etc; echo 1 > links/x; mke2fs -q -F -t ext4 -b 4096 -d links links.img 16M; mv links.img links-img`);
  one.sh(`mkdir -p dpkg/var/lib/dpkg/info dpkg/var/lib/dpkg/updates dpkg/etc dpkg/usr/bin dpkg/usr/sbin dpkg/usr/lib dpkg/tmp dpkg/root; cd dpkg
    for d in bin sbin lib lib64; do [ ! -L /$d ] || ln -s usr/$d $d; done; mkdir -p usr/lib64
    for p in dpkg dpkg-deb dpkg-query dpkg-split tar sh rm diff ldconfig start-stop-daemon mount cat mkdir ls mknod touch chroot id; do
      f=$(PATH=/usr/bin:/usr/sbin:/bin:/sbin command -v $p); cp -L $f usr/bin/$p; chmod 755 usr/bin/$p
      ldd $f 2>/dev/null | grep -o '/[^ ]*' | while read l; do mkdir -p .$(dirname $l); cp -Ln $l .$l; done
    done
    printf 'root:x:0:0::/root:/bin/sh\\n' > etc/passwd; printf 'root:x:0:\\n' > etc/group; : > var/lib/dpkg/status; : > var/lib/dpkg/available
    cd ..; mke2fs -q -F -t ext4 -b 4096 -d dpkg with-dpkg 64M
    mkdir -p deb/DEBIAN deb/opt; echo 42 > deb/opt/answer
    printf 'Package: answer\\nVersion: 1\\nArchitecture: all\\nMaintainer: me <a@b.c>\\nDescription: x\\n' > deb/DEBIAN/control
    cat > deb/DEBIAN/postinst <<'END'
#!/bin/sh
id > /ran
mount -t hostfs none /root 2> /dev/null && touch /root${one.path('outside')}/mounted
mknod /raw b 98 16 2> /dev/null && touch /made-device
mkdir /tmp/hole; chroot /tmp/hole /bin/ls 2>/dev/null
cat ${one.path('outside')}/secret /proc/1/root/${one.path('outside')}/secret > /seen 2>/dev/null
exit 0
END
    chmod 755 deb/DEBIAN/postinst; dpkg-deb --root-owner-group -b deb answer.deb > /dev/null; echo secret > outside/secret; chmod 777 outside`);
  for (const name of ['ext', 'x', 'b', 'gpt']) one.add(name, { rootPartition: null });
  one.sh('mv links-img linked; mv with-dpkg debian');
  one.add('linked');
  one.add('debian');
  writeFileSync(one.path('new, file'), 'new\n');
  chmodSync(one.path('new, file'), 0o754);
}

beforeAll(async () => {
  user = OrdinaryUser.make();
  lab = await ImageLab.start(fill, user.name);
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
      consoles: [],
      start: false,
    } as never);
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
});
