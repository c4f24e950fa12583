import type { BaseState, LayerState } from './layer.js';

/** A state in words: two or three for a list, and a sentence with what can be done. */
export interface StateText {
  short: string;
  sentence: string;
}

/** The state of a layer in words. */
export function layerStateText(state: LayerState): StateText {
  switch (state.kind) {
    case 'ok':
      return { short: 'ok', sentence: 'It fits its base, and nobody has it open.' };
    case 'in-use':
      return {
        short: 'in use',
        sentence:
          state.pid === null
            ? 'Its machine runs.'
            : `Process ${state.pid} has it open. What it holds changes.`,
      };
    case 'busy':
      return { short: 'busy', sentence: `Now: ${state.why}.` };
    case 'missing':
      return {
        short: 'missing',
        sentence: 'Its file is not there. Put it back, or give its machine a new layer.',
      };
    case 'damaged':
      return {
        short: 'damaged',
        sentence: `It can’t be used: ${state.why}. UML is never given such a file. Put back a copy, or let it go to the trash.`,
      };
    case 'base-missing':
      return {
        short: 'base missing',
        sentence: 'Its base is not where it was. Find it, and the layer fits again.',
      };
    case 'base-modified':
      return {
        short: 'base modified',
        sentence: `Its base was written to or touched after the layer was made (${dateText(state.was)}, now ${dateText(state.now)}). Where the content is the same, its time can be set back.`,
      };
    case 'base-resized':
      return {
        short: 'base resized',
        sentence: `Its base had ${state.was} bytes when the layer was made, and has ${state.now} now. Only the original fits.`,
      };
    case 'base-unfit':
      return { short: 'base unfit', sentence: `Its base can’t carry layers: ${state.why}.` };
    case 'merge-interrupted':
      return {
        short: 'merge interrupted',
        sentence:
          'Its merge into the base was interrupted. Nothing is lost: resume it, and the base is whole.',
      };
    case 'base-half-merged':
      return {
        short: 'base half merged',
        sentence: `A merge of ${state.layer} into the base was interrupted. Until that is resumed the base is neither old nor new.`,
      };
  }
}

/** The state of a base in words. */
export function baseStateText(state: BaseState): StateText {
  switch (state.kind) {
    case 'ok':
      return { short: 'ok', sentence: 'It is as it was when the layers were made.' };
    case 'busy':
      return { short: 'busy', sentence: `Now: ${state.why}.` };
    case 'missing':
      return { short: 'missing', sentence: 'It is not where it was. The layers on it wait for it.' };
    case 'written':
      return {
        short: 'being written',
        sentence: `Process ${state.pid} has it open for writing, and so breaks every layer on it. End that first.`,
      };
    case 'unfit':
      return { short: 'unfit', sentence: `It can’t carry layers: ${state.why}.` };
    case 'half-merged':
      return {
        short: 'merge interrupted',
        sentence: `A merge of ${state.layer} into it was interrupted. Resume it, and the base is whole.`,
      };
  }
}

/** `2026-11-02 14:03:07`, in UTC: a second is what the kernel compares. */
function dateText(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
