import type { ISearchOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';
import type { Preferences } from '../../stores/preferences-store.js';

/** Console text at 100 %: 12.5 px on rows of 17 px (look.md), as parts of the root's font size. */
const FONT_REM = 0.78125;
const ROW_PER_FONT = { tight: 15 / 12.5, usual: 17 / 12.5, loose: 20 / 12.5 } as const;
const FAMILY = '"JetBrains Mono Variable", "DejaVu Sans Mono", monospace';

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * The console's colours in the present theme. The search addon selects the present match, and a selection is painted
 * over its mark: so while finding, the selection has the colour of the present match.
 */
export function terminalTheme(isFinding = false): ITheme {
  const ansi = (n: number): string => token(`--ansi-${n}`);
  const shade = (percent: number): string => `${token('--fg-3')}${Math.round(percent * 2.55).toString(16)}`;
  return {
    background: token('--term-bg'),
    foreground: token('--term-fg'),
    cursor: token('--term-cursor'),
    cursorAccent: token('--term-bg'),
    selectionBackground: token('--term-select'),
    selectionInactiveBackground: token(isFinding ? '--term-find-now' : '--term-select'),
    ...(isFinding ? { selectionForeground: token('--term-find-fg') } : {}),
    scrollbarSliderBackground: shade(32),
    scrollbarSliderHoverBackground: shade(48),
    scrollbarSliderActiveBackground: shade(60),
    overviewRulerBorder: token('--line'),
    black: ansi(0),
    red: ansi(1),
    green: ansi(2),
    yellow: ansi(3),
    blue: ansi(4),
    magenta: ansi(5),
    cyan: ansi(6),
    white: ansi(7),
    brightBlack: ansi(8),
    brightRed: ansi(9),
    brightGreen: ansi(10),
    brightYellow: ansi(11),
    brightBlue: ansi(12),
    brightMagenta: ansi(13),
    brightCyan: ansi(14),
    brightWhite: ansi(15),
  };
}

/** How matches are marked in the text and on the ruler. */
export function findColours(): NonNullable<ISearchOptions['decorations']> {
  return {
    matchBackground: token('--term-find'),
    activeMatchBackground: token('--term-find-now'),
    matchOverviewRuler: token('--warn'),
    activeMatchColorOverviewRuler: token('--warn'),
  };
}

/** Colours of what an explanation points at, and of the border between runs on the ruler. */
export function markColours(): { error: string; run: string } {
  return { error: hex6(token('--err')), run: hex6(token('--line-field')) };
}

function hex6(colour: string): string {
  return /^#[0-9a-f]{3}$/i.test(colour) ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour;
}

/** What decides about the font of consoles. */
type FontWish = Pick<Preferences, 'consoleStep' | 'consoleFont' | 'consoleRows'>;

/** Font options that give the cell of the look at the present text size. */
export function terminalFont({ consoleStep, consoleFont, consoleRows }: FontWish) {
  const rootPx = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fontSize = rootPx * FONT_REM + consoleStep;
  const fontWeight = document.documentElement.dataset['theme'] === 'light' ? 440 : 400;
  const fontFamily = consoleFont === '' ? FAMILY : `"${consoleFont}", ${FAMILY}`;
  const natural = naturalRow(fontWeight, fontSize, fontFamily);
  return {
    fontFamily,
    fontSize,
    fontWeight,
    fontWeightBold: 640,
    // xterm takes the line height as a part of the font's own height, rounded down to whole pixels.
    lineHeight: Math.max(1, (Math.round(fontSize * ROW_PER_FONT[consoleRows]) + 0.01) / natural),
  } as const;
}

function naturalRow(weight: number, size: number, family: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return size * 1.32;
  context.font = `${weight} ${size}px ${family}`;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('W');
  return Math.ceil((fontBoundingBoxAscent + fontBoundingBoxDescent) * devicePixelRatio) / devicePixelRatio;
}

/** Settles once the console's font can be measured. */
export const fontReady: Promise<unknown> = Promise.all([
  document.fonts.load(`440 12.5px ${FAMILY}`),
  document.fonts.load(`640 12.5px ${FAMILY}`),
]).catch(() => undefined);
