/** From the click to the login prompt; a tiny Linux needs a few seconds, a loaded machine more. */
const DEADLINE_MS = 60_000;

/** Does what a person would do to get a tiny Linux, and returns the line with its prompt. */
export async function reachLoginPrompt(page) {
  const deadline = Date.now() + DEADLINE_MS;
  const left = () => Math.max(1, deadline - Date.now());
  const tiny = page.getByRole('listbox', { name: 'Machines' }).getByRole('option', { name: /^tiny\b/ });
  const startTiny = page.getByRole('button', { name: 'Start a tiny Linux' });
  await tiny.or(startTiny).first().waitFor({ timeout: left() });

  let prompt = /login:\s*$/;
  if (await tiny.isVisible()) {
    await tiny.click({ timeout: left() });
    const start = page.getByRole('button', { name: 'Start', exact: true });
    if (await start.isEnabled({ timeout: 1_000 }).catch(() => false)) await start.click({ timeout: left() });
    // It runs already; somebody may be logged in.
    else prompt = /login:\s*$|[#$]\s*$/;
  } else {
    await startTiny.first().click({ timeout: left() });
  }
  return waitForLastLine(page, prompt, left());
}

/** Waits until the last written line of the terminal in view matches: an older prompt further up does not count. */
async function waitForLastLine(page, pattern, timeout) {
  const found = await page
    .waitForFunction(lastLineMatching, pattern.source, { timeout })
    .catch((error) => error);
  if (!(found instanceof Error)) return found.jsonValue();
  const screen = await page
    .locator('.xterm-rows:visible')
    .allInnerTexts()
    .catch(() => []);
  const alerts = await page
    .getByRole('alert')
    .allInnerTexts()
    .catch(() => []);
  const seen = [...alerts, ...screen].join('\n').trim() || 'nothing';
  throw new Error(`No login prompt within ${DEADLINE_MS / 1000} s. What the window says:\n${seen}`);
}

/** Runs in the page. */
function lastLineMatching(source) {
  const visible = [...document.querySelectorAll('.xterm-rows')].filter((rows) => rows.checkVisibility());
  const last = (rows) =>
    [...rows.children].map((row) => row.textContent.trim()).findLast((line) => line !== '');
  return visible.map(last).find((line) => line !== undefined && new RegExp(source).test(line)) ?? false;
}
