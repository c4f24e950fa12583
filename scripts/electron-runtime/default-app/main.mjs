// What `electron <path>` runs. Electron ships an app like this one in every release; the stand-in runtime
// comes from another product's package and has none, so this one takes its place.
// An ES module on purpose: Electron holds `ready` back until the main module's top-level await is over, and an app
// may have things to say before that (privileged schemes). A CommonJS one with import() would be too late.
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { app } = createRequire(import.meta.url)('electron');

/** Splits `[-r module] [flags] path [arguments of the app]`; flags Chromium or the app reads itself are passed over. */
function parseArguments(words) {
  const found = { preload: [], target: undefined, print: undefined };
  for (let i = 0; i < words.length && found.target === undefined; i++) {
    const word = words[i];
    if (word === '-r' || word === '--require') found.preload.push(words[++i]);
    else if (word === '-v' || word === '--version') found.print = `v${process.versions.electron}`;
    else if (word === '-a' || word === '--abi') found.print = process.versions.modules;
    else if (!word.startsWith('-')) found.target = word;
  }
  return found;
}

/** Gives the running app the name and version in its package.json, as a packaged app has them. */
function takeIdentity(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  app.name = manifest.productName || manifest.name || app.name;
  if (manifest.version) app.setVersion(manifest.version);
  app.setDesktopName(manifest.desktopName || `${app.name}.desktop`);
}

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

const { preload, target, print } = parseArguments(process.argv.slice(1));
if (print !== undefined) {
  process.stdout.write(`${print}\n`);
  process.exit(0);
}

// Playwright hands its loader over with -r; Node has no public call for "as if given with -r".
if (preload.length > 0) Module._preloadModules(preload);
if (target === undefined) fail('usage: electron [-r module] [flags] <app folder or script> [arguments]', 1);

// Apps ask process.defaultApp to learn that they run unpackaged.
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });

const folder = resolve(target);
const isFolder = existsSync(join(folder, 'package.json'));
let entry;
try {
  if (isFolder) takeIdentity(folder);
  entry = Module._resolveFilename(folder, null, true);
} catch (error) {
  fail(`cannot start ${folder}: ${error.message}`, 1);
}
app.setAppPath(isFolder ? folder : dirname(entry));

// import() takes CommonJS and ES modules alike.
try {
  await import(pathToFileURL(entry).href);
} catch (error) {
  fail(`the app failed while loading: ${error.stack || error}`, 1);
}
