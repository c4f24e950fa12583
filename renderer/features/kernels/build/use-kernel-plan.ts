import { useEffect, useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { KernelPlan } from '@shared/kernels/build-plan.js';
import type { BuildWish } from '@shared/kernels/build-wish.js';
import { callHost } from '../../../stores/connection-store.js';

/** A plan is asked for when typing rests this long. */
const REST_MS = 200;

/** What a build would do. */
export interface KernelPlanning {
  /** The latest answer, perhaps still about the wish before; null when there is none yet. */
  outcome: Outcome<KernelPlan> | null;
  /** True when the answer is about the present wish. */
  isFresh: boolean;
}

/** The plan of a wish, kept up to date; none while it is null. `round`: asked again when it changes. */
export function useKernelPlan(wish: BuildWish | null, round: number): KernelPlanning {
  const asked = wish === null ? null : JSON.stringify({ wish, round });
  const [answer, setAnswer] = useState<{ asked: string; outcome: Outcome<KernelPlan> } | null>(null);
  useEffect(() => {
    if (asked === null) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      const { wish: wanted } = JSON.parse(asked) as { wish: BuildWish };
      void callHost('kernels.planBuild', wanted).then((outcome) => {
        if (isCurrent) setAnswer({ asked, outcome });
      });
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return { outcome: answer?.outcome ?? null, isFresh: answer !== null && answer.asked === asked };
}
