import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Protocol } from 'electron';

/** The only origin that the window ever shows. */
export const APP_ORIGIN = 'paddock://app';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Inline styles are xterm's: it writes one style element for its colours and cell size. Nothing else is let in. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Tells Chromium, before it starts, that paddock:// is an origin like https:// is. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'paddock',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built renderer, and nothing outside its folder. */
export function serveApp(protocols: Protocol, folder: string): void {
  const root = normalize(folder) + sep;
  protocols.handle('paddock', async (request) => {
    const path = pathOf(request.url, root);
    const type = path && types[extname(path)];
    if (request.method !== 'GET' || !path || !type) return new Response(null, { status: 404 });
    try {
      // Not net.fetch(file://): readFile also reads inside an asar, and the type doesn't depend on the system.
      return new Response(await readFile(path), {
        headers: {
          'content-type': type,
          'content-security-policy': policy,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
        },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

function pathOf(requested: string, root: string): string | null {
  const url = new URL(requested);
  if (url.host !== 'app') return null;
  try {
    const path = join(root, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname));
    return path.startsWith(root) && !path.includes('\0') ? path : null;
  } catch {
    return null;
  }
}
