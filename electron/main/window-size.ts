import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app, screen, type BrowserWindow } from 'electron';

/** Smallest window that every screen is drawn for. */
export const MIN_SIZE = { width: 640, height: 480 } as const;
const FIRST_SIZE = { width: 1280, height: 800, maximised: false };
/** A window for one console: 100 columns and some 30 rows. */
export const POPOUT_SIZE: WindowSize = { width: 860, height: 620, maximised: false };

/** Size of a window and whether it fills the screen. */
export type WindowSize = typeof FIRST_SIZE;

const file = (): string => join(app.getPath('userData'), 'window.json');

/** The size the window had when it was closed, held to the screen it opens on. */
export function rememberedSize(): WindowSize {
  const { width: most, height: highest } = screen.getPrimaryDisplay().workAreaSize;
  const kept = read();
  return {
    width: Math.min(Math.max(kept.width, MIN_SIZE.width), Math.max(most, MIN_SIZE.width)),
    height: Math.min(Math.max(kept.height, MIN_SIZE.height), Math.max(highest, MIN_SIZE.height)),
    maximised: kept.maximised,
  };
}

/** Keeps the size of the window when it closes. */
export function rememberSize(window: BrowserWindow): void {
  window.on('close', () => {
    const { width, height } = window.getNormalBounds();
    try {
      mkdirSync(dirname(file()), { recursive: true });
      writeFileSync(file(), JSON.stringify({ width, height, maximised: window.isMaximized() }));
    } catch {
      // A size that isn't remembered is not worth a word.
    }
  });
}

function read(): WindowSize {
  try {
    const kept = JSON.parse(readFileSync(file(), 'utf8')) as Partial<Record<keyof WindowSize, unknown>>;
    if (!Number.isInteger(kept.width) || !Number.isInteger(kept.height)) return FIRST_SIZE;
    return { width: Number(kept.width), height: Number(kept.height), maximised: kept.maximised === true };
  } catch {
    return FIRST_SIZE;
  }
}
