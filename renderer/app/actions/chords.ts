import { viewKeys } from '../../features/consoles/view-keys.js';

/**
 * A key with Ctrl and Shift, which works everywhere; `orPlain`: with Ctrl alone, too, except in a console, where all
 * keys without Shift are the guest's. By `code`, because Shift changes what is typed.
 */
export interface Chord {
  code: string;
  orPlain?: true;
  /** Further keys that do the same and are not shown. */
  also?: readonly string[];
}

/** The keys of all actions, by id. In one table, because each key means one thing (chords.test.ts). */
export const chords: Readonly<Record<string, Chord>> = {
  palette: { code: 'KeyK', orPlain: true },
  'new-machine': { code: 'KeyN', orPlain: true },
  preferences: { code: 'Comma', orPlain: true },
  diagnostics: { code: 'KeyD' },
  'to-machines': { code: 'KeyM' },
  images: { code: 'KeyI' },
  layers: { code: 'KeyX' },
  networks: { code: 'KeyH' },
  kernels: { code: 'KeyU' },

  start: { code: 'KeyS' },
  shutdown: { code: 'KeyQ' },
  restart: { code: 'KeyR' },
  pause: { code: 'KeyP' },
  resume: { code: 'KeyP' },
  snapshot: { code: 'KeyT' },
  restore: { code: 'Period' },
  'tab-consoles': { code: 'Digit1' },
  'tab-overview': { code: 'Digit2' },
  'tab-disk': { code: 'Digit3' },
  'tab-network': { code: 'Digit4' },
  'tab-control': { code: 'Digit5' },
  'tab-settings': { code: 'Digit6' },
  'tab-runs': { code: 'Digit7' },

  'to-console': { code: 'KeyG' },
  'console-find': { code: 'KeyF' },
  'console-log': { code: 'KeyL' },
  'console-copy': { code: 'KeyC' },
  'console-paste': { code: 'KeyV' },
  'console-select-all': { code: 'KeyA' },
  'console-next': { code: 'BracketRight' },
  'console-previous': { code: 'BracketLeft' },
  'pane-left': { code: 'ArrowLeft' },
  'pane-right': { code: 'ArrowRight' },
  'pane-up': { code: 'ArrowUp' },
  'pane-down': { code: 'ArrowDown' },
  ...Object.fromEntries(Object.entries(viewKeys).map(([id, code]) => [`console-${id}`, { code }])),
  'text-larger': { code: 'Equal', also: ['NumpadAdd'] },
  'text-smaller': { code: 'Minus', also: ['NumpadSubtract'] },
  'text-usual': { code: 'Digit0', also: ['Numpad0'] },
};

const keyNames: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  BracketLeft: '[',
  BracketRight: ']',
  Comma: ',',
  Equal: '+',
  Minus: '−',
  PageDown: 'Page Down',
  PageUp: 'Page Up',
  Period: '.',
};

/** The keys of an action as they are called: "Ctrl", "Shift", "Q". */
export function chordKeys(id: string): string[] {
  const chord = chords[id];
  if (!chord) return [];
  const { code, orPlain } = chord;
  const key = keyNames[code] ?? code.replace(/^(?:Key|Digit)/, '');
  return orPlain ? ['Ctrl', key] : ['Ctrl', 'Shift', key];
}
