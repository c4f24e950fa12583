import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** Bounds of the lines kept: the most are some 150 MB for a wide console. */
export const SCROLLBACK = { min: 1000, max: 100_000, usual: 10_000 } as const;

/** A font's name as CSS takes it between quotes; nothing that could end them. */
export const fontFamilySchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u);

const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark', 'contrast']).catch('system'),
  /** Size of all text in percent. */
  textPercent: z.number().min(80).max(200).catch(100),
  /** Size of console text in steps of 1 px around the usual one. */
  consoleStep: z.int().min(-4).max(16).catch(0),
  /** Whether terminals keep a text that screen readers can follow. */
  screenReader: z.boolean().catch(false),
  /** Family of console text; '' is the bundled one. */
  consoleFont: z.union([z.literal(''), fontFamilySchema]).catch(''),
  consoleRows: z.enum(['tight', 'usual', 'loose']).catch('usual'),
  /** Lines that a console keeps to scroll back to. */
  scrollback: z.int().min(SCROLLBACK.min).max(SCROLLBACK.max).catch(SCROLLBACK.usual),
  cursorStyle: z.enum(['block', 'bar', 'underline']).catch('block'),
  cursorBlink: z.boolean().catch(false),
  /** Whether selected text goes to the clipboard at once. */
  copyOnSelect: z.boolean().catch(false),
  /** Whether a paste of several lines is asked about when the guest would run them one by one. */
  warnOfLines: z.boolean().catch(true),
  rightClick: z.enum(['menu', 'paste']).catch('menu'),
  renderer: z.enum(['auto', 'dom', 'webgl']).catch('auto'),
});

/** What a person set to their liking; kept in this window's profile. */
export type Preferences = z.infer<typeof preferencesSchema>;

const KEY = 'paddock.preferences';

function load(): Preferences {
  try {
    return preferencesSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return preferencesSchema.parse({});
  }
}

/** The preferences in force. */
export const preferencesStore = createStore<Preferences>(load);

/** Takes over what another window has kept. */
export function reloadPreferences(): void {
  const kept = load();
  if (JSON.stringify(kept) !== JSON.stringify(preferencesStore.getState())) preferencesStore.setState(kept);
}

/** Changes some preferences and keeps them. */
export function setPreferences(change: Partial<Preferences>): void {
  preferencesStore.setState(change);
  localStorage.setItem(KEY, JSON.stringify(preferencesStore.getState()));
}

/** Makes console text larger or smaller by a step, or with 0 the usual size again. */
export function stepConsoleText(step: -1 | 0 | 1): void {
  const { consoleStep } = preferencesStore.getState();
  setPreferences({ consoleStep: step === 0 ? 0 : Math.max(-4, Math.min(16, consoleStep + step)) });
}

/** A part of the preferences. */
export function usePreferences<T>(select: (state: Preferences) => T): T {
  return useStore(preferencesStore, select);
}
