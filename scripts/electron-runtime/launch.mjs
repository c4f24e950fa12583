import { createInterface } from 'node:readline';

/** What every Electron run of ours needs on its command line. */
export function sandboxFlags(isRoot = process.getuid() === 0) {
  // Chromium refuses to start as root with its sandbox on; everybody else keeps it.
  return isRoot ? ['--no-sandbox'] : [];
}

export const sandboxNote = 'Running as root: Chromium allows that only without its sandbox (--no-sandbox).';

/** The environment an Electron run gets. */
export function electronEnv(runtime, display = {}) {
  return {
    // Shells and readline count columns wrongly in the C locale.
    LANG: 'C.UTF-8',
    ...process.env,
    ...display,
    ELECTRON_OVERRIDE_DIST_PATH: runtime.distPath,
  };
}

/** Electron complains about every D-Bus it doesn't find; on a server there is none, and nothing is lost. */
const dbus = /(?:bus|object_proxy)\.cc\(\d+\)\]/;
/** Playwright drives Electron through its debuggers. */
const debuggers =
  /^(?:Debugger (?:listening|attached|ending)|For help, see: https:|Waiting for the debugger|DevTools listening)/;

export function isHarmless(line) {
  return dbus.test(line) || debuggers.test(line);
}

/** Passes on a program's stderr without the harmless lines, and returns a way to see the last ones. */
export function relayErrors(stream, write = (line) => process.stderr.write(`${line}\n`)) {
  const last = [];
  createInterface({ input: stream }).on('line', (line) => {
    if (isHarmless(line)) return;
    write(line);
    last.push(line);
    if (last.length > 20) last.shift();
  });
  return () => last;
}
