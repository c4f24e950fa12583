import type { Image } from '@shared/images/image.js';
import { hostStore } from '../../../stores/host-store.js';
import { showImageWizard } from '../../../stores/images-store.js';
import { useAnswer } from '../../../stores/use-answer.js';
import { freeImageName } from '@shared/images/image-name.js';
import { useKeptBuilds } from './kept-builds.js';
import { fillFrom } from './wizard-store.js';

/** How an image is built again: by the recipe that made it, in the wizard, under a free name. */
export function useBuildAgain(image: Image): { reason: string | null; run: () => void } {
  const kept = useKeptBuilds().find(({ name }) => name === image.name && image.recipe !== '');
  const answer = useAnswer('images.recipes', image.recipe === '' || kept ? null : {}, image.id);
  const known = answer?.ok
    ? answer.value.recipes.find(({ recipe }) => recipe.name === image.recipe)
    : undefined;
  const recipe = kept?.recipe ?? known?.recipe;
  const reason = recipe
    ? null
    : image.recipe === ''
      ? 'It was not made by a recipe.'
      : answer === null
        ? 'Its recipe is being looked for.'
        : `Its recipe, ${image.recipe}, is not kept any more.`;
  return {
    reason,
    run: () => {
      if (!recipe) return;
      const names = Object.values(hostStore.getState().state.images).map(({ name }) => name);
      fillFrom(recipe, freeImageName(image.name, new Set(names)), 'review');
      showImageWizard(true);
    },
  };
}
