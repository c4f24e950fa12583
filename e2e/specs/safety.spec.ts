import { expect, test } from '../fixtures/paddock.js';

test('the window is locked down: no Node, sandboxed, strict CSP, no way out', async ({ paddock }) => {
  const app = await paddock.open();
  const facts = await app.page.evaluate(() => ({
    node:
      typeof (globalThis as { process?: unknown }).process +
      typeof (globalThis as { require?: unknown }).require,
    origin: location.origin,
    bridge: Object.keys((globalThis as unknown as { paddock: object }).paddock).sort(),
  }));
  expect(facts.node).toBe('undefinedundefined');
  expect(facts.origin).toMatch(/^paddock:/);
  expect(facts.bridge).toEqual([
    'clipboard',
    'connect',
    'facts',
    'files',
    'frame',
    'links',
    'send',
    'webglStatus',
    'windows',
  ]);
  const preferences = await paddock.electron.evaluate(({ webContents }) => {
    const [contents] = webContents.getAllWebContents();
    return (
      contents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  });

  // Each of these must come to nothing.
  const tried = await app.page.evaluate(async () => {
    const results: Record<string, string> = {};
    const attempt = async (name: string, deed: () => unknown): Promise<void> => {
      results[name] = await Promise.resolve()
        .then(deed)
        .then(
          () => 'done',
          () => 'refused',
        );
    };
    await attempt('fetch', () => fetch('https://127.0.0.1:1/'));
    await attempt('own scheme', () =>
      fetch('paddock://app/../../package.json').then((r) => {
        if (!r.ok) throw new Error();
      }),
    );
    // In a task of its own: the debugger that Playwright evaluates through is exempt from the CSP.
    const inTask = (deed: () => unknown): Promise<unknown> =>
      new Promise((done, fail) => {
        setTimeout(() => {
          try {
            done(deed());
          } catch (error) {
            fail(error);
          }
        });
      });
    await attempt('eval', () =>
      inTask(() => (Reflect.get(globalThis, 'eval') as (code: string) => unknown)('1')),
    );
    await attempt('open', () => {
      if (window.open('https://example.invalid/') === null) throw new Error();
    });
    await attempt('notify', async () => {
      if ((await Notification.requestPermission()) !== 'granted') throw new Error();
    });
    return results;
  });
  expect(tried).toEqual({
    fetch: 'refused',
    'own scheme': 'refused',
    eval: 'refused',
    open: 'refused',
    notify: 'refused',
  });
  await app.page.evaluate(() => {
    location.href = 'https://example.invalid/';
  });
  // Asked of the main process: Playwright itself waits for a navigation that never comes.
  const windows = await paddock.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
  );
  expect(windows).toHaveLength(1);
  expect(windows[0]).toMatch(/^paddock:/);
});

test('what a guest prints stays in its tab: no clipboard, no title, no answer of ours typed back', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await paddock.electron.evaluate(({ clipboard }) => clipboard.writeText('mine'));
  const title = await app.page.title();
  await app.console.type(
    "printf '\\033]52;c;c3RvbGVu\\007\\033]0;stolen\\007\\033[21t\\033]2;stolen\\033\\\\'; echo do''ne\n",
  );
  await app.console.waitForText(/^done$/m);
  expect(await paddock.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe('mine');
  expect(await app.page.title()).toBe(title);
  await app.console.type("echo '<img src=x onerror=alert(1)>'\n");
  await app.console.waitForText(/^<img src=x onerror=alert\(1\)>$/m);
});

test('a second start of the app brings the first window forward and ends', async ({ paddock }) => {
  await paddock.open();
  const second = await paddock.startAgain();
  expect(second).toBe(0);
});
