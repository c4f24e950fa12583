import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, publish, unreachableNote } from './cache.mjs';

/** A machine without a way out finds that out in this time, not in the minutes TCP would take. */
const PROBE_MS = 3_000;
/** 120 MB at 100 kB/s; longer than that is no download a person waits for. */
const DOWNLOAD_MS = 20 * 60_000;

/** The official runtime could not be had, for a reason that is nobody's fault: fall back. */
export class OfficialUnavailable extends Error {}

/**
 * Fetches the runtime of the `electron` package with the libraries that package installs itself with
 * (so ELECTRON_MIRROR and the like mean what Electron's documentation says), and puts it into `dist`.
 */
export async function fetchOfficial({
  root,
  version,
  dist,
  checksums,
  folder = cacheFolder(),
  log = () => {},
  fetch: ask = fetch,
}) {
  const { downloadArtifact, ElectronDownloadCacheMode, FetchDownloader, extract } =
    await loadInstallers(root);
  const note = unreachableNote(folder);
  const downloader = {
    async download(url, target, options) {
      await assertReachable(url, note, ask);
      log(`Fetching Electron ${version} from ${new URL(url).host} (about 120 MB) ...`);
      try {
        await new FetchDownloader().download(url, target, options);
      } catch (error) {
        throw remember(note, url, error);
      }
    },
  };
  await publish(dist, async (made, work) => {
    const zip = await downloadArtifact({
      version,
      artifactName: 'electron',
      platform: process.platform,
      arch: process.arch,
      checksums,
      downloader,
      downloadOptions: { quiet: true, signal: AbortSignal.timeout(DOWNLOAD_MS) },
      tempDirectory: work,
      // A zip another project left in Electron's own cache is used; ours is not left there, unpacked once is enough.
      cacheMode: ElectronDownloadCacheMode.ReadOnly,
    }).catch((error) => {
      throw isWrongContent(error) ? new Error(wrongContentText(version, error)) : error;
    });
    await extract(zip, { dir: made });
  });
  note.clear();
}

/** These packages belong to `electron`, so they are looked up from there. */
async function loadInstallers(root) {
  const require = createRequire(path.join(root, 'node_modules', 'electron', 'package.json'));
  const load = (name) => import(pathToFileURL(require.resolve(name)).href);
  return { ...(await load('@electron/get')), ...(await load('@electron-internal/extract-zip')) };
}

/** sumchecker's errors, by name because the class is not reachable from here. */
function isWrongContent(error) {
  return /checksum/i.test(`${error.name} ${error.constructor.name} ${error.message}`);
}

// Not a reason to fall back: somebody hands out a changed Electron, and that should be looked at.
function wrongContentText(version, error) {
  return (
    `The Electron ${version} that was fetched is not the one its package names (${error.message}); it was thrown away. ` +
    'Check ELECTRON_MIRROR, or set ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.'
  );
}

async function assertReachable(url, note, ask) {
  const remembered = note.read(url);
  if (remembered !== undefined) throw new OfficialUnavailable(remembered);
  try {
    // Not HEAD: some mirrors refuse it. The body is never read.
    const answer = await ask(url, { signal: AbortSignal.timeout(PROBE_MS) });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  } catch (error) {
    throw remember(note, url, error);
  }
}

function remember(note, url, error) {
  const cause =
    error.name === 'TimeoutError'
      ? 'no answer'
      : (error.cause?.code ?? error.cause?.message ?? error.message);
  const reason = `${new URL(url).host} can't be reached: ${cause}`;
  note.write(url, reason);
  return new OfficialUnavailable(reason);
}
