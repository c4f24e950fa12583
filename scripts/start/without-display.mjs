import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { electronEnv, isHarmless, relayErrors } from '../electron-runtime/launch.mjs';
import { startXvfb } from '../xvfb.mjs';
import { reachLoginPrompt } from './tiny-linux.mjs';

/** Opens the real window on a virtual display, boots the tiny Linux in it and stays until Ctrl+C. */
export async function startWithoutDisplay({ root, runtime, flags }) {
  const { _electron } = await import('@playwright/test');
  const stopAsked = askedToStop();
  const display = await startXvfb();
  console.log(`No display here: using a virtual one (Xvfb ${display.env.DISPLAY}).`);
  const env = electronEnv(runtime, display.env);
  let app;
  let end;
  try {
    app = await _electron.launch({
      executablePath: runtime.executable,
      args: [...flags, '.'],
      cwd: root,
      env,
      // Playwright turns the sandbox off unless told not to.
      chromiumSandbox: !flags.includes('--no-sandbox'),
    });
    stopAsked.takeOver();
    end = watchEnd(app);
    await Promise.race([show(app, root, env), stopAsked.promise]);
    await Promise.race([end, stopAsked.promise]);
    if (!stopAsked.isSet()) return report(await end);
    await app.close();
    console.log(
      'The app is closed. Machines go on running; this stops the tiny one: bin/paddock vm stop tiny',
    );
    return 0;
  } catch (error) {
    // An app that dies makes whatever was waited for fail first; what it said itself is the better reason.
    const own = app?.process().pid === undefined ? undefined : await Promise.race([end, soon()]);
    if (own !== undefined) return report(own) || 1;
    console.error(app === undefined ? launchText(error.message) : error.message);
    await app?.close().catch(() => {});
    return 1;
  } finally {
    await display.stop();
  }
}

/** Boots, takes the picture, and tells what runs. */
async function show(app, root, env) {
  const page = await app.firstWindow();
  const pictures = path.join(root, '.cache');
  fs.mkdirSync(pictures, { recursive: true });
  let line;
  try {
    line = await reachLoginPrompt(page);
  } catch (error) {
    const picture = path.join(pictures, 'start-failed.png');
    await page.screenshot({ path: picture }).catch(() => {});
    throw new Error(`${error.message}\nThe window as it was then: ${picture}`);
  }
  const picture = path.join(pictures, 'start.png');
  await page.screenshot({ path: picture });
  console.log(`The tiny Linux has booted: ${line}`);
  console.log(`Screenshot: ${picture}`);
  listMachines(root, env);
  console.log('Ctrl+C closes the app.');
}

function listMachines(root, env) {
  const list = spawnSync(path.join(root, 'bin', 'paddock'), ['vm', 'list'], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  console.log(`bin/paddock vm list:\n${(list.stdout ?? '').trimEnd()}`);
  if (list.status !== 0)
    console.error(`bin/paddock vm list failed: ${(list.error?.message ?? list.stderr).trim()}`);
}

/** Playwright reports a failed launch with its whole log, twice; what the app wrote is in the lines marked [err]. */
function launchText(message) {
  const [first, ...log] = message.split('\nCall log:')[0].split('\n');
  const own = log.map((line) => /\[err\] (.*)/.exec(line)?.[1]).filter((line) => line && !isHarmless(line));
  return own.length > 0
    ? ['The app did not start. It wrote:', ...own.slice(-20)].join('\n')
    : [first, ...log].join('\n');
}

/** Long enough for the end of a process that has just gone to become known. */
function soon() {
  return new Promise((resolve) => setTimeout(resolve, 1_000).unref());
}

/** Says how the app ended; returns the exit code that means the same. */
function report({ code, text }) {
  if (text !== undefined) console.error(text);
  return code;
}

/** Resolves when the app ends by itself, with what is to say about it. */
function watchEnd(app) {
  const child = app.process();
  const lastErrors = relayErrors(child.stderr, () => {});
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      if (signal === null && code === 0) resolve({ code: 0 });
      else
        resolve({
          code: 1,
          text: [`The app ended (${signal ?? `exit code ${code}`}).`, ...lastErrors()].join('\n'),
        });
    });
  });
}

/** Remembers that somebody asked to stop, from the first moment on. */
function askedToStop() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let isAsked = false;
  let answer;
  const promise = new Promise((resolve) => (answer = resolve));
  const ask = () => {
    isAsked = true;
    answer('stop');
  };
  for (const signal of signals) process.on(signal, ask);
  return {
    promise,
    isSet: () => isAsked,
    /** Playwright puts handlers of its own on these signals, which end this process before it can say goodbye. */
    takeOver() {
      for (const signal of signals) process.removeAllListeners(signal).on(signal, ask);
    },
  };
}
