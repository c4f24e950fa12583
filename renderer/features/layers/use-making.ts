import { useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { describeError } from '@shared/errors/paddock-error.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { runLimited } from '../../lib/run-limited.js';
import { callHost } from '../../stores/connection-store.js';

/** Making a machine is some files: a few at once are quickest. */
const AT_ONCE = 4;

/** A machine that is to be made, and what became of it. */
export interface Making {
  name: string;
  state: 'waiting' | 'going' | 'done' | 'failed';
  /** Its id, or the sentence that says why not. */
  text: string;
}

/** Makes a machine on an image, with everything else as usual. */
export function makeMachine(
  name: string,
  image: string,
  disk: 'layer' | 'copy',
): Promise<Outcome<{ id: string }>> {
  return callHost('vms.create', {
    name,
    image,
    disk,
    memoryMiB: MEMORY_DEFAULT_MIB,
    kernelPath: null,
    consoles: tabConsoles(2),
    start: false,
  });
}

/** Makes several machines on one base, with a result for each. */
export function useMaking(): {
  makings: readonly Making[];
  isOver: boolean;
  make: (names: readonly string[], image: string, disk: 'layer' | 'copy') => Promise<void>;
} {
  const [makings, setMakings] = useState<readonly Making[]>([]);
  const report = (name: string, state: Making['state'], text: string): void =>
    setMakings((before) => before.map((one) => (one.name === name ? { name, state, text } : one)));
  return {
    makings,
    isOver: makings.length > 0 && makings.every(({ state }) => state === 'done' || state === 'failed'),
    make: async (names, image, disk) => {
      const again = new Set(names);
      // What went well stays in the list when the rest is tried again.
      setMakings((before) => [
        ...before.filter(({ name, state }) => state === 'done' && !again.has(name)),
        ...names.map((name): Making => ({ name, state: 'waiting', text: '' })),
      ]);
      await runLimited(names, AT_ONCE, async (name) => {
        report(name, 'going', '');
        const outcome = await makeMachine(name, image, disk);
        report(
          name,
          outcome.ok ? 'done' : 'failed',
          outcome.ok ? outcome.value.id : describeError(outcome.error).sentence,
        );
      });
    },
  };
}
