import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kernelEnv } from '../oracles/kernel-env.js';
import { loginPromptOf } from '../oracles/login-prompt.js';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import { processesNaming } from '../oracles/processes.js';

/** Starts UML as a person without Paddock would; resolves at its login prompt. */
async function startByHand(paddock: Paddock, umid: string): Promise<number> {
  const host = await paddock.host();
  execFileSync('cp', ['--sparse=always', await host.tinyImage(), join(paddock.home, 'disk.img')]);
  const umlDir = join(paddock.home, 'hand');
  mkdirSync(umlDir);
  const words = [
    'mem=64M',
    'ubd0=disk.img',
    'root=/dev/ubda',
    'rw',
    'con=null',
    'ssl=null',
    'con0=null,fd:1',
  ];
  const child = spawn('linux.uml', [`umid=${umid}`, `uml_dir=${umlDir}`, ...words], {
    cwd: paddock.home,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: kernelEnv(),
  });
  await loginPromptOf(child);
  return child.pid ?? 0;
}

test('a machine started by hand is listed as not Paddock’s, asked, paused, resumed, and adopted', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const pid = await startByHand(paddock, 'by-hand');
  // Coming back to the window looks for new ones.
  await app.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const row = app.machines.row('by-hand');
  await expect(row).toBeVisible();
  await row.click();
  const page = app.page.getByRole('main');
  await expect(page).toContainText(String(pid));
  await expect(page.getByRole('group', { name: 'Command line' })).toContainText('ubd0=disk.img');
  await expectAccessible(app.page, 'foreign machine');

  const field = page.getByRole('textbox', { name: 'Management console' });
  await field.fill('sysrq t');
  await expect(page.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-disabled', 'true');
  await field.fill('version');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.locator('pre.cmd')).toContainText(/^Linux /);

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expect(row).toContainText('paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  await page.getByRole('button', { name: 'Adopt' }).click();
  await app.machine.waitForState('running');
  expect(await app.machine.name()).toBe('by-hand');
  expect(processesNaming('umid=by-hand ')).toContain(pid);
  await app.machine.forceOff();
  await app.machine.waitForState('stopped', 30_000);
  expect(processesNaming(`uml_dir=${join(paddock.home, 'hand')}`)).toEqual([]);
});
