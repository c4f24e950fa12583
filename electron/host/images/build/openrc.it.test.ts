import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { BuildLab, labRecipe } from '../../testing/build-lab.js';

vi.setConfig({ testTimeout: 120_000 });

let lab: BuildLab;
afterEach(() => lab?.remove());

/** The inittab that OpenRC gives a BusyBox init, with gettys where UML has no consoles. */
const INITTAB = `# /etc/inittab
::sysinit:/sbin/openrc sysinit
::sysinit:/sbin/openrc boot
::wait:/sbin/openrc default
tty1::respawn:/sbin/getty 38400 tty1
#ttyS0::respawn:/sbin/getty -L 115200 ttyS0 vt100
::ctrlaltdel:/sbin/reboot
::shutdown:/sbin/openrc shutdown
`;
/** Services as Alpine has them, which Debian's package leaves out; in no runlevel, as in a container. */
const SERVICES = `
  printf '#!/sbin/openrc-run\\nstart() { ebegin Remounting root; mount -o remount,rw /; eend $?; }\\n' > etc/init.d/root
  printf '#!/sbin/openrc-run\\ndepend() { need root; }\\nstart() { ebegin Name; hostname -F /etc/hostname; eend $?; }\\n' > etc/init.d/hostname
  printf '#!/sbin/openrc-run\\nstart() { ebegin Sysfs; mount -t sysfs sysfs /sys; eend $?; }\\n' > etc/init.d/sysfs
  chmod 755 etc/init.d/*`;

/** A tree of BusyBox, with its init, and Debian's OpenRC. */
function openrcTree(home: string, init: '/bin/busybox' | '/sbin/openrc-init', more: string): string {
  const tree = join(home, 'tree');
  const debs = join(home, 'debs');
  for (const folder of [tree, debs]) mkdirSync(folder);
  execFileSync('bash', ['-ec', 'apt-get -qq -o APT::Sandbox::User=root download openrc librc1 libeinfo1'], {
    cwd: debs,
  });
  execFileSync(
    'bash',
    [
      '-ec',
      `for deb in ../debs/*.deb; do dpkg-deb -x $deb .; done
       mkdir -p bin sbin usr/bin usr/sbin proc sys dev run tmp var etc/conf.d
       cp /bin/busybox bin/busybox
       for name in $(busybox --list); do [ -e bin/$name ] || ln -s /bin/busybox bin/$name; done
       rm bin/init; ln -s ${init} sbin/init; ln -s /bin/busybox sbin/getty; ln -s /bin/busybox sbin/reboot
       cp --parents -L $(LD_LIBRARY_PATH=lib/x86_64-linux-gnu ldd sbin/openrc* | grep -oE '[[:space:]]/lib[^ ]*' | sort -u) .
       rm -f etc/runlevels/*/*
       ${more}
       tar --owner=0 --group=0 -cf ../openrc.tar .`,
    ],
    { cwd: tree, env: { ...process.env, INITTAB } },
  );
  return join(home, 'openrc.tar');
}

test('OpenRC on BusyBox’s init, its services in no runlevel: boots to a login, writable, with its name', async () => {
  lab = await BuildLab.start();
  const path = openrcTree(lab.host.home, '/bin/busybox', `printf %s "$INITTAB" > etc/inittab; ${SERVICES}`);
  expect(await lab.build(labRecipe({ kind: 'tree', path }), 'open')).toMatchObject({ state: 'succeeded' });
  const { id, con0 } = await lab.boot('open', 96);
  con0.type('root\r');
  await con0.expect(/# /, 30);
  expect(
    await con0.run(
      'hostname; touch /x && ls /x; cat /proc/1/comm; rc-status boot | grep -c started; stty size',
    ),
  ).toMatch(/^open\n\/x\n(init|busybox)\n2\n24 80$/);
  await lab.host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.usable === true, 60);
  await lab.host.client.must('vms.stop', { id, how: 'shutdown' });
  expect((await lab.host.untilState(id, 'stopped', 60)).lastEnd?.reason).toEqual({ code: 'poweroff' });
});

test('OpenRC’s own init, which reads no inittab: logins and guest tools are services', async () => {
  lab = await BuildLab.start();
  const libraries = `cp --parents -L $(ldd /sbin/agetty | grep -oE '[[:space:]]/lib[^ ]*') .`;
  const path = openrcTree(
    lab.host.home,
    '/sbin/openrc-init',
    `${SERVICES}; rm bin/login; cp "$(readlink -f /sbin/agetty)" sbin/agetty; ln -s /bin/busybox bin/login; ${libraries}`,
  );
  expect(await lab.build(labRecipe({ kind: 'tree', path }), 'own')).toMatchObject({ state: 'succeeded' });
  const { id, con0 } = await lab.boot('own', 96);
  con0.type('root\r');
  await con0.expect(/# /, 30);
  expect(
    await con0.run('hostname; readlink /sbin/init; echo $TERM; rc-status default | grep -c started'),
  ).toBe('own\n/sbin/openrc-init\nxterm-256color\n3');
  await lab.host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.usable === true, 60);
});
