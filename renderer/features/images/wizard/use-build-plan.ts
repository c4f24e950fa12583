import { useEffect, useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { BuildPlan } from '@shared/images/build-plan.js';
import type { Recipe } from '@shared/images/recipe.js';
import { callHost } from '../../../stores/connection-store.js';

/** A plan is asked for when typing rests this long. */
const REST_MS = 200;

/** What a build would do. */
export interface BuildPlanning {
  /** The latest answer, perhaps still about the wish before; null when there is none worth showing. */
  outcome: Outcome<BuildPlan> | null;
  /** True when the answer is about the present wish. */
  isFresh: boolean;
}

/** The plan of a recipe, kept up to date; none while `recipe` is null. `round`: asked again when it changes. */
export function useBuildPlan(recipe: Recipe | null, name: string, round: string): BuildPlanning {
  const asked = recipe === null ? null : JSON.stringify({ recipe, name, round });
  const [answer, setAnswer] = useState<{ asked: string; outcome: Outcome<BuildPlan> } | null>(null);
  useEffect(() => {
    if (asked === null) return;
    const wish = JSON.parse(asked) as { recipe: Recipe; name: string };
    let isCurrent = true;
    const timer = setTimeout(() => {
      void callHost('images.plan', { recipe: wish.recipe, name: wish.name }).then((outcome) => {
        if (isCurrent) setAnswer({ asked, outcome });
      });
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked]);
  const isFresh = answer !== null && answer.asked === asked;
  return { outcome: answer && (isFresh || answer.outcome.ok) ? answer.outcome : null, isFresh };
}
