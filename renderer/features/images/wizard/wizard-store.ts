import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { draftOf, newImageDraft, type ImageDraft } from './image-draft.js';
import type { Recipe } from '@shared/images/recipe.js';
import { wizardSteps, type WizardStep } from './draft-faults.js';

/** What stands in the image wizard; kept while the window lives, so that leaving it loses nothing. No passwords. */
export interface WizardState {
  draft: ImageDraft;
  step: WizardStep;
  /** Steps that were seen: what is wrong on them is said. */
  seen: readonly WizardStep[];
  /** Name of the recipe that the fields were filled from; '' for none. */
  fromRecipe: string;
  bootWhenReady: boolean;
}

const fresh: WizardState = {
  draft: newImageDraft,
  step: 'source',
  seen: ['source'],
  fromRecipe: '',
  bootWhenReady: true,
};

/** The one wizard of this window. */
export const wizardStore = createStore<WizardState>(() => fresh);

/** Changes what stands in fields. */
export function editDraft(change: Partial<ImageDraft>): void {
  wizardStore.setState(({ draft }) => ({ draft: { ...draft, ...change } }));
}

/** Goes to a step. */
export function goToStep(step: WizardStep): void {
  wizardStore.setState(({ seen }) => ({
    step,
    seen: wizardSteps.filter((one) => one === step || seen.includes(one)),
  }));
}

/** Fills all fields from a recipe, under a name for the image. */
export function fillFrom(recipe: Recipe, name: string, step: WizardStep = 'source'): void {
  wizardStore.setState({
    draft: { ...draftOf(recipe), name },
    fromRecipe: recipe.name,
    step,
    seen: [...wizardSteps],
  });
}

/** Empties the wizard. */
export function resetWizard(): void {
  wizardStore.setState(fresh);
}

/** Whether the image is booted when it is there. */
export function setBootWhenReady(bootWhenReady: boolean): void {
  wizardStore.setState({ bootWhenReady });
}

/** A part of what stands in the wizard. */
export function useWizard<T>(select: (state: WizardState) => T): T {
  return useStore(wizardStore, select);
}
