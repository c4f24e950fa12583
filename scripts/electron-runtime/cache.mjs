import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where fetched runtimes live: outside the checkout, so that every clone shares them. */
export function cacheFolder(env = process.env) {
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'paddock', 'electron');
}

/** The version of the runtime in `dist`, or undefined when no complete one is there. */
export function versionIn(dist) {
  try {
    fs.accessSync(path.join(dist, 'electron'), fs.constants.X_OK);
    return fs.readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '') || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fills `dist` through `build(folder)`: in a folder beside it, renamed when complete, so that an interrupted
 * or a second run at the same time never leaves half a runtime under the final name.
 */
export async function publish(dist, build) {
  const parent = path.dirname(dist);
  fs.mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  const work = fs.mkdtempSync(path.join(parent, `.making-${process.pid}-`));
  try {
    const made = path.join(work, 'dist');
    fs.mkdirSync(made);
    await build(made, work);
    if (versionIn(made) === undefined) throw new Error(`the Electron runtime made for ${dist} is incomplete`);
    try {
      fs.renameSync(made, dist);
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      // Somebody else was first: theirs is as good, unless it is a damaged one.
      if (versionIn(dist) === undefined) {
        fs.renameSync(dist, path.join(work, 'damaged'));
        fs.renameSync(made, dist);
      }
    }
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** A killed run leaves its work folder, up to 700 MB; its name says which process made it. */
function removeLeftovers(parent) {
  for (const name of fs.readdirSync(parent)) {
    const pid = /^\.making-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !fs.existsSync(`/proc/${pid}`)) {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  }
}

/** An unreachable mirror is asked again after this long; asking costs seconds each time. */
const REMEMBER_MS = 24 * 60 * 60 * 1000;

/** Remembers that a mirror did not answer. One note per cache, for one URL. */
export function unreachableNote(folder) {
  const file = path.join(folder, 'unreachable.json');
  return {
    file,
    /** The remembered reason when `url` failed within the last day. */
    read(url, now = Date.now()) {
      try {
        const note = JSON.parse(fs.readFileSync(file, 'utf8'));
        const isFresh = now - note.at < REMEMBER_MS && note.at <= now;
        return note.url === url && isFresh ? note.reason : undefined;
      } catch {
        return undefined;
      }
    },
    write(url, reason, now = Date.now()) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(file, `${JSON.stringify({ url, reason, at: now })}\n`);
    },
    clear() {
      fs.rmSync(file, { force: true });
    },
  };
}
