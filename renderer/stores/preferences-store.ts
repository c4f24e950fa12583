import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark', 'contrast']).catch('system'),
  /** Size of all text in percent. */
  textPercent: z.number().min(80).max(200).catch(100),
  /** Size of console text in steps of 1 px around the usual one. */
  consoleStep: z.int().min(-4).max(16).catch(0),
  /** Whether terminals keep a text that screen readers can follow. */
  screenReader: z.boolean().catch(false),
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
