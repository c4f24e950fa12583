import { copyFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Link } from '@shared/networks/nic.js';
import { runPaddock } from '../testing/run-paddock.js';
import { makeStandInKernel } from '../testing/stand-in-kernel.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
afterEach(() => host.remove());

test('a machine that is off gets another kernel, and runs on it', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ name: 'mover', start: false });
  const other = join(host.home, 'linux-copy');
  copyFileSync(host.vm(id).kernelPath, other);
  await host.client.must('vms.configure', { id, changes: { kernelPath: other } });
  expect(host.vm(id).kernelPath).toBe(other);
  await host.client.must('vms.start', { id });
  await host.login(id);
  expect(readlinkSync(`/proc/${host.vm(id).pid}/exe`)).toBe(other);
  const refused = await host.client.call('vms.configure', {
    id,
    changes: { kernelPath: '/usr/bin/linux.uml' },
  });
  expect(refused.ok ? null : refused.error.code).toBe('vm-action-refused');
});

test('cards that the new kernel has no transport for get what it has, and it is told', async () => {
  host = await TestHost.start();
  const links: Link[] = [
    { kind: 'transport', transport: 'tuntap', options: { ifname: 'tap7' } },
    { kind: 'transport', transport: 'mcast', options: { group: '239.192.168.1', port: '1102' } },
    { kind: 'internet', reachesHost: false, forwards: [] },
  ];
  const id = await host.makeTiny({
    name: 'mover',
    start: false,
    nics: links.map((link, unit) => ({ unit, link })),
  });
  // Only what a kernel says of itself, as Debian's 7.2 does (facts/networking 7).
  const newer = join(host.home, 'newer');
  makeStandInKernel(newer, { version: '7.2.7', config: 'CONFIG_UML_NET_VECTOR=y\nCONFIG_HOSTFS=y' });
  const before = host.vm(id);
  const planned = runPaddock(host, ['vm', 'set', 'mover', '--kernel', newer, '--plan']);
  expect(planned).toMatchObject({ status: 0, err: '' });
  expect(planned.out).toMatch(/^The image’s root file system is ext4, which 7.2.7 was built without\.$/m);
  // What the host says by then is here, too.
  await host.client.must('kernels.refresh', {});
  expect(host.vm(id)).toEqual(before);
  // Told also when it is refused then.
  const refused = runPaddock(host, ['vm', 'set', 'mover', '--kernel', newer, '--memory', '8']);
  expect(refused.status).toBe(1);
  expect(refused.out).toBe(planned.out);
  // By its path, from where one is.
  const told = runPaddock(host, ['vm', 'set', 'mover', '--kernel', './newer'], host.home).out;
  expect(told).toBe(`${planned.out}mover is changed\n`);
  expect(told).toMatch(/^Card 0: .*tap/im);
  expect(told).toMatch(/^Card 1: .*multicast/im);
  await host.until('the other kernel', ({ vms }) => vms[id]?.kernelPath === newer);
  const { nics } = host.vm(id);
  expect(nics[0]?.link).toEqual({ kind: 'transport', transport: 'tap', options: { ifname: 'tap7' } });
  // Nothing is like it: it stays as it is, and its start will say so.
  expect(nics[1]?.link).toEqual(links[1]);
  expect(nics[2]?.link).toEqual(links[2]);
  const { argv } = await host.client.must('vms.commandLine', { id });
  expect(argv.join(' ')).toMatch(/vec2:transport=vde,\S*vnl=slirp:/);
});
