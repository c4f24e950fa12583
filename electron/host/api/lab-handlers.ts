import type { labCalls } from '@shared/api/lab-calls.js';
import { readLabFrom } from '../labs/read-lab-from.js';
import { shippedLabs } from '../labs/shipped-labs.js';
import { readLab } from '@shared/labs/read-lab.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about labs with their service. No logic of its own. */
export function labHandlers({ labs }: Services): Pick<Handlers, keyof typeof labCalls> {
  return {
    'labs.shipped': () => ({
      labs: shippedLabs.flatMap((text) => {
        const read = readLab(text);
        return read.ok ? [{ name: read.lab.name, note: read.lab.note, text }] : [];
      }),
    }),
    'labs.read': ({ path }) => readLabFrom(path),
    'labs.up': ({ text }) => labs.up(text),
    'labs.start': ({ id }) => ({ jobId: labs.start(id) }),
    'labs.stop': ({ id }) => ({ jobId: labs.stop(id) }),
    'labs.delete': ({ id }) => ({ jobId: labs.delete(id) }),
    'labs.text': ({ id }) => ({ text: labs.text(id) }),
  };
}
