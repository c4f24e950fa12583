import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BuildLab, labRecipe } from '../../testing/build-lab.js';

vi.setConfig({ testTimeout: 120_000 });

let lab: BuildLab;
afterEach(() => lab?.remove());

/**
 * A root file system of BusyBox and a getcap of this computer, with files that have capabilities and
 * other attributes: a name with quotes, one of two names, one below a folder with an attribute, one that is replaced.
 */
function tarWithAttributes(home: string): string {
  const tree = join(home, 'tree');
  mkdirSync(tree);
  chmodSync(home, 0o755);
  execFileSync(
    'bash',
    [
      '-ec',
      `mkdir -p bin etc sbin lib/x86_64-linux-gnu lib64 "odd \\"folder"
       cp /bin/busybox bin/busybox
       for name in sh ls cat stty tee mkfifo id ping; do ln -s busybox bin/$name; done
       cp "$(readlink -f /sbin/getcap)" sbin/getcap;
       for lib in $(ldd sbin/getcap | grep -o '/lib[^ ]*'); do cp --parents -L $lib .; done
       cp bin/busybox "odd \\"folder/it's a \\"ping\\""; ln "odd \\"folder/it's a \\"ping\\"" bin/second
       mkdir raw; cp bin/busybox raw/busybox; echo old > etc/hostname
       setcap cap_net_raw+ep raw/busybox; setcap cap_net_admin,cap_net_raw+eip bin/second
       python3 - <<'END'
import os
os.setxattr('odd "folder', b'user.note', b'a folder\\n"')
os.setxattr('raw/busybox', b'user.other', bytes(range(256)))
os.setxattr('etc/hostname', b'user.replaced', b'x')
os.setxattr('raw/busybox', b'trusted.gone', b'x')
END
       tar --xattrs --xattrs-include='*' --owner=0 --group=0 -cf ../attributes.tar .`,
    ],
    { cwd: tree },
  );
  return join(home, 'attributes.tar');
}

describe.skipIf(process.getuid?.() !== 0)('capabilities and other extended attributes of an archive', () => {
  for (const filesystem of ['ext4', 'xfs', 'btrfs'] as const)
    test(`are in an image of ${filesystem} that an ordinary user makes`, async () => {
      lab = await BuildLab.start('a user');
      const path = tarWithAttributes(lab.host.home);
      const jobId = await lab.begin(
        labRecipe(
          { kind: 'tree', path },
          { disk: { filesystem }, access: { users: [{ name: 'ada', password: { kind: 'none' } }] } },
        ),
        'caps',
      );
      expect(await lab.ended(jobId)).toMatchObject({ state: 'succeeded', error: null });
      const log = await lab.log(jobId);
      expect(log).toContain('I: 3 files and folders keep capabilities or other extended attributes');
      expect(log).toContain('I: extended attributes that are not kept, among them "trusted.gone"');
      expect(lab.library()).toEqual(['caps.img', 'caps.json']);
      const { con0 } = await lab.boot('caps', 96);
      con0.type('root\r');
      await con0.expect(/# /, 30);
      expect(await con0.run(`getcap /raw/busybox /bin/second; getcap -r /odd*; stat -c %h /bin/second`)).toBe(
        [
          '/raw/busybox cap_net_raw=ep',
          '/bin/second cap_net_admin,cap_net_raw=eip',
          `/odd "folder/it's a "ping" cap_net_admin,cap_net_raw=eip`,
          '2',
        ].join('\n'),
      );
      // An ordinary user of the guest opens a raw socket by the one, and can't by a program without.
      con0.type('exit\r');
      await con0.expect(/login: $/);
      con0.type('ada\r');
      await con0.expect(/\$ /, 30);
      const ping = 'ping -c1 -W1 127.0.0.1 2>&1 | grep -oE "denied|not permitted|1 packets received"';
      expect(await con0.run(`/raw/busybox ${ping}; /bin/busybox ${ping}`)).toMatch(
        /^1 packets received\n(denied|not permitted)$/,
      );
    });
});
