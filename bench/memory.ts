import { memoryOfTree, PaddockApp } from './paddock-app.js';
import { report } from './report.js';

/** Memory of the app's processes and of the host, with one tiny machine in its tab. */
export async function benchMemory(): Promise<void> {
  const paddock = new PaddockApp();
  try {
    const { app, page } = await paddock.open();
    await page.getByRole('button', { name: 'Start a tiny Linux' }).click();
    await page.locator('.xterm-rows').filter({ hasText: 'login:' }).first().waitFor();
    const hostPid = Number(/Host (\d+)/.exec(paddock.command('host', 'status'))?.[1]);
    const vmPid = (JSON.parse(paddock.command('vm', 'list', '--json')) as { pid: number }[])[0]?.pid ?? 0;
    const rows = [
      { name: 'app (browser, renderer, GPU, utility)', values: [memoryOfTree(app.process().pid ?? 0)] },
      { name: 'host', values: [memoryOfTree(hostPid) - memoryOfTree(vmPid)] },
      { name: 'the machine itself', values: [memoryOfTree(vmPid)] },
    ];
    await app.close();
    paddock.command('vm', 'kill', 'tiny');
    report('Memory (PSS)', 'MB', rows, {});
  } finally {
    paddock.remove();
  }
}
