import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

test('gdb in a tab: it stops the machine, which says so, and lets go of it', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.palette.do('debug with gdb', /Debug with gdb/);
  const gdb = app.page.getByRole('tab', { name: /^gdb\b/ });
  await expect(gdb).toContainText('attached');
  await app.console.waitForText(/It goes on now/);
  await app.console.focus();
  await app.page.keyboard.press('Control+c');
  await expect(gdb).toContainText('holds it stopped');
  await app.console.waitForText(/\(gdb\)/);
  await app.console.type('backtrace 4\n');
  await app.console.waitForText(/^#3 /m);
  await expect(app.machines.row('tiny')).toContainText('stopped by gdb');
  await app.page.screenshot({ path: test.info().outputPath('gdb.png') });
  await expectAccessible(app.page, 'gdb');

  // The guest's own tab says why nothing answers, and has the way out.
  await app.console.consoleTab(0);
  const remark = app.page.getByText('gdb holds this machine stopped');
  await expect(remark).toBeVisible();
  await app.page.screenshot({ path: test.info().outputPath('held.png') });
  await expectAccessible(app.page, 'held by gdb');
  await app.page.getByRole('button', { name: 'Detach gdb' }).click();
  await expect(gdb).toBeHidden();
  await expect(remark).toBeHidden();
  await app.console.focus();
  await app.console.type('echo alive-$((40+2))\n');
  await app.console.waitForText(/^alive-42$/m);

  // One that ends by itself says so, and can be started again.
  await app.palette.do('trace system calls', /Trace system calls/);
  const strace = app.page.getByRole('tab', { name: /^strace\b/ });
  await expect(strace).toContainText('attached');
  await app.console.waitForText(/\w+\(.*\) += /);
  await app.console.focus();
  await app.page.keyboard.press('Control+c');
  await expect(strace).toContainText('ended');
  await app.page.getByRole('button', { name: 'Start again' }).click();
  await expect(strace).toContainText('attached');
  await strace.click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Detach strace and close its tab' }).click();
  await expect(strace).toBeHidden();
});

test('stacks, registers and a panic as tables, and the symbols of a kernel that has none', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.machine.showTab('Control');
  await app.control.give('Stack of a process', '1');
  const trace = app.control.transcript.getByRole('table', { name: 'Call Trace' });
  await expect(trace).toContainText('handle_syscall');
  await expect(app.control.transcript).toContainText('has no debug info');
  await app.page.screenshot({ path: test.info().outputPath('stack.png') });
  await expectAccessible(app.page, 'a stack');
  await app.control.transcript.getByRole('button', { name: 'As it came' }).click();
  await expect(app.control.transcript.locator('pre')).toContainText('Call Trace:');

  await app.palette.do('kernel symbols', /Kernel symbols/);
  const symbols = app.page.getByRole('dialog', { name: 'Kernel symbols' });
  await expect(symbols).toContainText('names of functions, without source lines');
  await symbols.getByRole('textbox', { name: 'File with symbols' }).fill('/bin/sh');
  await symbols.getByRole('button', { name: 'Save' }).click();
  await expect(symbols.getByRole('alert')).toContainText('it is of another build');
  await app.page.screenshot({ path: test.info().outputPath('symbols.png') });
  await expectAccessible(app.page, 'kernel symbols');
  await symbols.getByRole('button', { name: 'Close' }).click();

  await app.control.give('SysRq', 'c');
  await app.page.getByRole('button', { name: 'Crash it' }).click();
  await app.machine.waitForState('crashed');
  await app.machine.showTab('Consoles');
  await app.machine.explanation.getByRole('button', { name: 'Show kernel report' }).click();
  const report = app.page.getByRole('dialog', { name: /reported/ });
  await expect(report).toContainText('sysrq triggered crash');
  await expect(report.getByRole('table').first()).toContainText('show_stack');
  await app.page.screenshot({ path: test.info().outputPath('report.png') });
  await expectAccessible(app.page, 'a report');
});
