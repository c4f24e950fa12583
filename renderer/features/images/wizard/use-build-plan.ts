import type { Recipe } from '@shared/images/recipe.js';
import { useRestedAnswer, type RestedAnswer } from '../../../stores/use-rested-answer.js';

/** The plan of a recipe, kept up to date; none while `recipe` is null, and none that isn't worth showing. */
export function useBuildPlan(
  recipe: Recipe | null,
  name: string,
  round: number,
): RestedAnswer<'images.plan'> {
  const { outcome, isFresh } = useRestedAnswer('images.plan', recipe && { recipe, name }, round);
  return { outcome: outcome && (isFresh || outcome.ok) ? outcome : null, isFresh };
}
