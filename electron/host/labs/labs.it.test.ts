import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { LOOPBACK } from '@shared/networks/forward.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import type { LabView } from '@shared/labs/lab.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

vi.setConfig({ testTimeout: 180_000 });

const shipped = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../assets/labs', `${name}.yaml`), 'utf8');

const isRoot = process.getuid?.() === 0;
let host: TestHost;
afterEach(() => host.remove());

/** How a job ended. */
async function ended(jobId: string): Promise<Job> {
  await host.until('the end of the job', ({ jobs }) => !isJobActive(jobs[jobId]?.state ?? 'running'), 150);
  const job = host.state.jobs[jobId];
  if (!job) throw new Error('the job is gone');
  return job;
}

async function up(text: string): Promise<LabView> {
  const { id, jobId } = await host.client.must('labs.up', { text });
  expect(await ended(jobId)).toMatchObject({ state: 'succeeded', error: null });
  return host.state.labs[id] ?? expect.fail('no lab');
}

async function down({ id }: Pick<LabView, 'id'>): Promise<void> {
  const { jobId } = await host.client.must('labs.delete', { id });
  expect(await ended(jobId)).toMatchObject({ state: 'succeeded', error: null });
}

const machine = (lab: LabView, name: string): VmId =>
  (lab.machines.find((one) => one.name === name)?.vmId ?? expect.fail(`no ${name}`)) as VmId;

const login = async (lab: LabView, name: string): Promise<ConsoleReader> => {
  const con = await host.login(machine(lab, name));
  await con.run('dmesg -n 1');
  return con;
};

/** Everything that a lab could have left: processes, namespaces, taps, folders, machines, networks. */
function left(): object {
  const taps = execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }).match(/: t[0-9a-z]{12}-\d/g) ?? [];
  const inUse = (folder: string): string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  return {
    processes: processesNaming(`${host.runtimeDir}/net`).length,
    kernels: processesNaming(host.umlDir).length,
    taps,
    sockets: inUse(join(host.runtimeDir, 'net')).filter((name) => !/\.(json|log)$/.test(name)),
    umids: inUse(host.umlDir),
    machines: inUse(join(host.dataDir, 'vms')),
    networks: inUse(join(host.dataDir, 'networks')),
    labs: inUse(join(host.dataDir, 'labs')),
  };
}
const nothing = {
  processes: 0,
  kernels: 0,
  taps: [],
  sockets: [],
  umids: [],
  machines: [],
  networks: [],
  labs: [],
};

test.each(isRoot ? ['root', 'an ordinary user'] : ['oneself'])(
  'up and down ten times as %s: nothing is left',
  async (who) => {
    const user = who === 'an ordinary user' ? OrdinaryUser.make() : null;
    host = TestHost.folders();
    try {
      if (user) await host.launchAs(user);
      else await host.launch();
      for (let n = 0; n < 10; n += 1) {
        const lab = await up(shipped('two-hosts'));
        expect(lab.machines.map(({ vmId }) => host.vm((vmId ?? '') as VmId).state)).toEqual([
          'running',
          'running',
        ]);
        await down(lab);
        expect(left()).toEqual(nothing);
      }
      expect(host.state).toMatchObject({ vms: {}, networks: {}, labs: {} });
    } finally {
      await host.remove();
      user?.remove();
    }
  },
);

test('two hosts find each other by name; up again goes on with what is missing', async () => {
  host = await TestHost.start();
  const lab = await up(shipped('two-hosts'));
  const one = await login(lab, 'one');
  await one.run('until ping -c 1 -W 1 two >/dev/null 2>&1; do sleep 0.1; done');
  expect(host.vm(machine(lab, 'one')).group).toBe('Two hosts and a switch');
  const two = machine(lab, 'two');
  await host.client.must('vms.stop', { id: two, how: 'force' });
  await host.untilState(two, 'stopped');
  await host.client.must('vms.delete', { id: two });
  const again = await up(shipped('two-hosts'));
  expect(machine(again, 'one')).toBe(machine(lab, 'one'));
  expect(machine(again, 'two')).not.toBe(two);
  const other = await host.client.call('labs.up', { text: `${shipped('two-hosts')}\n# changed\n` });
  expect(other.ok ? null : other.error.code).toBe('lab-exists');
});

test('three routers: from one end to the other, by three hops, both ways by checksum', async () => {
  host = await TestHost.start();
  const lab = await up(shipped('three-routers'));
  expect(lab.machines.map(({ setup, said }) => `${setup}${said}`)).toEqual(Array(5).fill('done'));
  const [left_, right] = [await login(lab, 'left'), await login(lab, 'right')];
  for (const [con, other, name, back] of [
    [left_, right, '10.3.0.10', '10.1.0.10'],
    [right, left_, '10.1.0.10', '10.3.0.10'],
  ] as const) {
    const sum = await other.run(
      'mkdir -p /s; dd if=/dev/urandom of=/s/f bs=1k count=200 2>/dev/null; httpd -p 81 -h /s; sha256sum < /s/f | cut -d" " -f1',
    );
    expect(await con.run(`wget -q -O - http://${name}:81/f | sha256sum | cut -d' ' -f1`)).toBe(sum);
    // Three routers take one from the time to live each.
    expect(await con.run(`ping -c 1 -t 3 -W 2 ${name} >/dev/null 2>&1 && echo yes || echo no`)).toBe('no');
    expect(await con.run(`ping -c 1 -t 4 -W 2 ${name} >/dev/null 2>&1 && echo yes || echo no`)).toBe('yes');
    expect(await con.run('ip -4 -o addr show | grep -c 10.77')).toBe('0');
    expect(back).toMatch(/^10\./);
  }
  // A restart sets it up again.
  const r2 = machine(lab, 'r2');
  await host.client.must('vms.restart', { id: r2 });
  await host.until('off', ({ vms }) => vms[r2]?.runNumber === 2);
  await host.until(
    'set up',
    ({ labs }) => labs[lab.id]?.machines.find(({ name }) => name === 'r2')?.setup === 'done',
  );
  expect(
    await left_.run('until ping -c 1 -W 1 10.3.0.10 >/dev/null 2>&1; do sleep 0.1; done; echo yes'),
  ).toBe('yes');
  await down(lab);
  expect(left()).toEqual(nothing);
});

test('router, as an ordinary user: its client gets address, names and the internet by it alone', async () => {
  // Whoever runs the tests is one, or makes one.
  const user = isRoot ? OrdinaryUser.make() : null;
  host = TestHost.folders();
  onTestFinished(async () => {
    await host.remove();
    user?.remove();
  });
  if (user) await host.launchAs(user);
  else await host.launch();
  const body = randomBytes(200_000);
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((done) => server.listen(0, LOOPBACK, done));
  const { port } = server.address() as AddressInfo;
  // As it ships, but that the router reaches this test's server, too.
  const text = shipped('router').replace('- internet', '- { internet: true, reach-host: true }');
  const lab = await up(text);
  const client = await login(lab, 'client');
  const device = await client.run('ls /sys/class/net | grep -v lo');
  await client.run(`until ip -4 -o addr show ${device} | grep -q "inet 192.168.88."; do sleep 0.1; done`);
  expect(await client.run('ip route show default')).toContain('via 192.168.88.1');
  expect(await client.run('cat /etc/resolv.conf')).toContain('nameserver 192.168.88.1');
  const sum = createHash('sha256').update(body).digest('hex');
  expect(await client.run(`wget -q -O - http://10.0.2.2:${port}/ | sha256sum | cut -d' ' -f1`)).toBe(sum);
  // The router's own name, by the router's own DNS.
  expect(await client.run('nslookup client.inside 192.168.88.1 2>&1 | grep -c "192.168.88"')).not.toBe('0');
  const router = await login(lab, 'router');
  expect(await router.run('iptables-legacy -t nat -L POSTROUTING -n | grep -c MASQUERADE')).toBe('1');
  server.close();
  await down(lab);
  expect(left()).toEqual(nothing);
});

test('a host that is killed while a lab is made: the next one knows it, goes on, and takes it away', async () => {
  host = await TestHost.start();
  const text = shipped('three-routers');
  const { id } = await host.client.must('labs.up', { text });
  await host.until('the third machine', ({ vms }) => Object.keys(vms).length >= 3);
  await host.killHost();
  await host.launch();
  expect(host.state.labs[id]?.machines.some(({ vmId }) => vmId !== null)).toBe(true);
  const lab = await up(text);
  expect(lab.machines.map(({ setup }) => setup)).toEqual(Array(5).fill('done'));
  await down(lab);
  expect(left()).toEqual(nothing);
});

test('what can’t be is told: a name that is taken, an image that nobody has, lines that fail', async () => {
  host = await TestHost.start();
  await host.makeTiny({ name: 'one', consoles: 1, start: false });
  const taken = await host.client.call('labs.up', { text: shipped('two-hosts') });
  expect(taken.ok ? null : taken.error).toMatchObject({ code: 'lab-name-taken', params: { name: 'one' } });
  expect(host.state.labs).toEqual({});
  const none = await host.client.must('labs.up', {
    text: 'paddock-lab: 1\nname: none\nmachines:\n  a: { image: nobody-has-it }\n',
  });
  expect(await ended(none.jobId)).toMatchObject({ state: 'failed', error: { code: 'lab-image' } });
  await down(none);
  const bad = await host.client.must('labs.up', {
    text: 'paddock-lab: 1\nname: bad\nmachines:\n  a:\n    run: |\n      echo so-far\n      cat /nowhere\n',
  });
  expect(await ended(bad.jobId)).toMatchObject({
    state: 'failed',
    error: { code: 'lab-setup', params: { name: 'a' } },
  });
  expect(host.state.labs[bad.id]?.machines[0]).toMatchObject({ setup: 'failed' });
  expect(host.state.labs[bad.id]?.machines[0]?.said).toContain('/nowhere');
  await down(bad);
});

test('a lab of Kathara, with its startup files, by the command', async () => {
  host = await TestHost.start();
  const folder = mkdtempSync('/tmp/pdk-kathara-');
  try {
    writeFileSync(
      join(folder, 'lab.conf'),
      'LAB_NAME=imported\npc1[0]="A"\npc2[0]="A"\npc1[image]="kathara/base"\n',
    );
    for (const n of [1, 2])
      writeFileSync(
        join(folder, `pc${n}.startup`),
        `ip address add 10.5.0.${n}/24 dev eth0\nip link set eth0 up\n`,
      );
    const paddock = (...args: string[]): string => runPaddock(host, args).out;
    paddock('lab', 'import', folder, join(folder, 'made.yaml'));
    expect(paddock('lab', 'up', join(folder, 'made.yaml'))).toContain('imported is up');
    expect(paddock('lab', 'list')).toMatch(/^imported +on +2 +1/m);
    // While a command runs here nothing is heard of the host.
    await host.until('the lab', ({ labs }) => Object.keys(labs).length === 1);
    const lab = Object.values(host.state.labs)[0] ?? expect.fail('no lab');
    const con = await login(lab, 'pc1');
    expect(await con.run('until ping -c 1 -W 1 10.5.0.2 >/dev/null 2>&1; do sleep 0.1; done; echo yes')).toBe(
      'yes',
    );
    expect(paddock('lab', 'stop', 'imported')).toBe('imported is off\n');
    expect(paddock('lab', 'list')).toMatch(/^imported +off/m);
    expect(paddock('lab', 'down', join(folder, 'made.yaml'))).toBe('imported is gone\n');
    expect(left()).toEqual(nothing);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
