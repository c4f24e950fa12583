import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tabConsoles, tabLines } from '@shared/consoles/channel.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

test('a line plugged into a running machine: a tab at once, every byte in its log, a tab at the next start', async () => {
  const id = await host.makeTiny({ consoles: 1 });
  const con0 = await host.login(id);
  await host.client.must('consoles.plug', { vmId: id, line: 'con5' });
  expect(tabLines(host.vm(id).wired ?? [])).toEqual(['con0', 'con5']);
  expect(tabLines(host.vm(id).consoles)).toEqual(['con0', 'con5']);
  await host.client.must('consoles.resize', { vmId: id, console: 'con5', cols: 101, rows: 33 });
  expect(await con0.run('cat /sys/class/tty/tty5/dev')).toBe('4:5');

  con0.type('setsid getty -L 0 tty5 xterm &\r');
  const con5 = await host.login(id, 'con5');
  expect(await con5.run('tty')).toBe('/dev/tty5');
  // The size that it had when the guest opened it; UML tells no later one of such a line.
  expect(await con5.run('stty size')).toBe('33 101');
  await con5.run('dd if=/dev/urandom bs=1024 count=700 2>/dev/null | base64 > /tmp/flood', 60);
  const expected = (await con5.run('md5sum /tmp/flood')).slice(0, 32);
  const flood = await con5.run('cat /tmp/flood', 60);
  expect(createHash('md5').update(`${flood}\n`).digest('hex')).toBe(expected);
  const log = readFileSync(join(host.dataDir, 'vms', id, 'runs/1/con5.log'));
  expect(log.subarray(0, con5.bytes.length).equals(con5.bytes)).toBe(true);
  expect(log.toString()).toMatch(/Welcome to tiny/);

  // In use: refused in words. After its getty is gone it can be taken away.
  expect(await host.client.call('consoles.unplug', { vmId: id, line: 'con5' })).toMatchObject({
    ok: false,
    error: { code: 'console-in-use', params: { line: 'con5' } },
  });
  con5.type('exit\r');
  await expect
    .poll(() => host.client.call('consoles.unplug', { vmId: id, line: 'con5' }), {
      timeout: 10_000,
      interval: 200,
    })
    .toMatchObject({ ok: true });
  expect(await con0.run('ls /dev/tty5')).toMatch(/No such file/);
  expect(tabLines(host.vm(id).wired ?? [])).toEqual(['con0']);
  expect(tabLines(host.vm(id).consoles)).toEqual(['con0']);

  // Again, and the log goes on where it was.
  await host.client.must('consoles.plug', { vmId: id, line: 'con5' });
  await con0.run('echo once-more > /dev/tty5');
  await con5.expect(/once-more/);
  await host.client.must('vms.stop', { id, how: 'halt' });
  await host.untilState(id, 'stopped');
  expect(host.vm(id).wired).toBeNull();
  await host.client.must('vms.start', { id });
  await host.login(id, 'con5');
});

test('what can’t be plugged or taken away is refused in words', async () => {
  const id = await host.makeTiny({ consoles: 2 });
  const plug = (line: 'con0' | 'con2' | 'con9') => host.client.call('consoles.plug', { vmId: id, line });
  const unplug = (line: 'con0' | 'con9') => host.client.call('consoles.unplug', { vmId: id, line });
  await host.untilState(id, 'running');
  await host.login(id);
  expect(await plug('con0')).toMatchObject({ ok: false, error: { code: 'console-in-use' } });
  // The spare console has a login of its own.
  expect(await plug('con2')).toMatchObject({ ok: false, error: { code: 'console-in-use' } });
  expect(await unplug('con9')).toMatchObject({ ok: false, error: { code: 'console-not-plugged' } });
  expect(await unplug('con0')).toMatchObject({ ok: false, error: { code: 'console-in-use' } });
  expect(host.vm(id).consoles).toEqual(tabConsoles(2));
  // Two at once: one does it.
  const both = await Promise.all([plug('con9'), plug('con9')]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  expect(await plug('con9')).toMatchObject({ ok: false, error: { code: 'vm-action-refused' } });
});

test('by the command: made with lines of its own, changed, plugged in', async () => {
  const made = runPaddock(host, ['vm', 'create', 'a', '--console', 'con0', '--console', 'ssl0=pts']);
  expect(made).toMatchObject({ status: 0 });
  const shown = (): string => runPaddock(host, ['vm', 'show', 'a']).out;
  expect(shown()).toMatch(/Consoles: +con0=tab ssl0=pts/);
  expect(runPaddock(host, ['vm', 'set', 'a', '--console', 'con=null'])).toMatchObject({
    status: 2,
    err: expect.stringContaining('every line at once') as string,
  });
  expect(runPaddock(host, ['vm', 'set', 'a', '--console', 'con3=tty:/dev/ttyNotThere'])).toMatchObject({
    status: 1,
    err: expect.stringContaining('con3 can’t use /dev/ttyNotThere: it is not there') as string,
  });
  expect(runPaddock(host, ['vm', 'set', 'a', '--console', 'con1', '--no-console', 'ssl0']).status).toBe(0);
  expect(shown()).toMatch(/Consoles: +con0=tab con1=tab/);
  expect(runPaddock(host, ['vm', 'start', 'a']).status).toBe(0);
  // In the middle of its boot, before the kernel has its console driver.
  expect(runPaddock(host, ['vm', 'plug', 'a', 'con7'])).toMatchObject({ status: 0, err: '' });
  const { out } = runPaddock(host, ['vm', 'lines', 'a']);
  expect(out).toMatch(/con7 +a tab +paddock console a con7/);
  expect(out).toMatch(/con2 .*\(spare\)/);
  expect(runPaddock(host, ['vm', 'unplug', 'a', 'con7'])).toMatchObject({ status: 0 });
});

test('a host that is killed leaves the machine running, and the next one has it without its plugged lines', async () => {
  const id = await host.makeTiny({ consoles: 1 });
  await host.login(id);
  await host.client.must('consoles.plug', { vmId: id, line: 'ssl3' });
  await host.killHost();
  await host.launch();
  await host.until('the rescue console', ({ vms }) => vms[id]?.rescue?.state === 'ready', 40);
  expect(host.vm(id)).toMatchObject({ adopted: true, wired: null });
  expect(tabLines(host.vm(id).consoles)).toEqual(['con0', 'ssl3']);
  expect(await host.client.call('consoles.plug', { vmId: id, line: 'con5' })).toMatchObject({ ok: false });
});
