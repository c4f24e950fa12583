import { useEffect, useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { MergeEngine, MergePlan, MergeTarget } from '@shared/layers/merge-plan.js';
import { callHost } from '../../stores/connection-store.js';

/** A plan is asked for when typing rests this long. */
const REST_MS = 150;

/** What is asked: which layer, whereto, by whom. */
export interface MergeWish {
  layerId: string;
  target: MergeTarget;
  engine: MergeEngine;
}

/** What merging so would do. */
export interface MergePlanning {
  /** The latest answer, perhaps still about the wish before; null when there is none worth showing. */
  outcome: Outcome<MergePlan> | null;
  /** True when the answer is about the present wish. */
  isFresh: boolean;
}

/** The plan for a merge, kept up to date while `isWanted`; asked for again when `moment` changes. */
export function useMergePlan(wish: MergeWish, isWanted: boolean, moment: string): MergePlanning {
  // As text: a wish is a new object with each render.
  const asked = JSON.stringify({ ...wish, moment });
  const [plan, setPlan] = useState<{ asked: string; outcome: Outcome<MergePlan> } | null>(null);
  useEffect(() => {
    const { moment: _moment, ...question } = JSON.parse(asked) as MergeWish & { moment: string };
    if (!isWanted || (question.target.kind === 'image' && question.target.name === '')) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void callHost('layers.planMerge', question).then((outcome) => {
        if (isCurrent) setPlan({ asked, outcome });
      });
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked, isWanted]);
  const isFresh = plan?.asked === asked;
  const isSameTarget =
    plan !== null && (JSON.parse(plan.asked) as MergeWish).target.kind === wish.target.kind;
  // An old picture is better than a blank; an old error, or one of another target, is not.
  return { outcome: plan && (isFresh || (plan.outcome.ok && isSameTarget)) ? plan.outcome : null, isFresh };
}
