import { useEffect, useRef, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Recipe } from '@shared/images/recipe.js';
import { callHost } from '../../../stores/connection-store.js';
import { useAnswer } from '../../../stores/use-answer.js';
import { Button } from '../../../ui/button.js';
import { ConfirmButton } from '../../../ui/confirm-button.js';
import { PathField } from '../../../ui/path-field.js';
import { CloseIcon } from '../../../ui/icons.js';
import { LinkButton } from '../../../ui/link-button.js';
import { ErrorNote } from '../../../ui/note.js';
import { freeImageName } from '@shared/images/image-name.js';
import { draftOf } from './image-draft.js';
import { sourceWords } from './wizard-rail.js';
import { fillFrom, useWizard } from './wizard-store.js';

/** What the gallery takes. */
interface RecipeGalleryProps {
  taken: ReadonlySet<string>;
  /** The fields were filled from a recipe. */
  onFilled: () => void;
}

/** Recipes to begin with: those that come with Paddock, those that were saved, and any file of one. */
export function RecipeGallery({ taken, onFilled }: RecipeGalleryProps) {
  const [round, setRound] = useState(0);
  const [error, setError] = useState<PaddockError | null>(null);
  const [isReading, setIsReading] = useState(false);
  const answer = useAnswer('images.recipes', {}, String(round));
  const chosen = useWizard((wizard) => wizard.fromRecipe);
  const recipes = answer?.ok ? inOrder(answer.value.recipes) : [];
  const use = (recipe: Recipe): void => fillFrom(recipe, freeImageName(recipe.name, taken));
  const remove = async (name: string): Promise<void> => {
    const outcome = await callHost('images.removeRecipe', { name });
    setError(outcome.ok ? null : outcome.error);
    setRound((before) => before + 1);
  };
  return (
    <section className="wizrecipes" aria-labelledby="recipes-title">
      <div className="row">
        <h3 id="recipes-title">Recipes</h3>
        <span className="end">
          {!isReading && <LinkButton onClick={() => setIsReading(true)}>Read a recipe file…</LinkButton>}
        </span>
      </div>
      {isReading && <RecipeFile onClose={() => setIsReading(false)} onRead={use} />}
      {answer && !answer.ok && <ErrorNote error={answer.error} />}
      {error && <ErrorNote error={error} />}
      {answer === null && (
        <div className="recipes" aria-hidden="true">
          {[1, 2, 3].map((n) => (
            <i key={n} className="recipe loading" />
          ))}
        </div>
      )}
      {recipes.length > 0 && (
        <ul className="recipes">
          {recipes.map(({ recipe, shipped }) => (
            <li key={recipe.name}>
              <button
                type="button"
                className="recipe"
                aria-pressed={recipe.name === chosen}
                title={recipe.notes === '' ? undefined : recipe.notes}
                onClick={() => use(recipe)}
                onDoubleClick={onFilled}
              >
                <span className="med ell">{recipe.title}</span>
                <span className="xs sec ell">
                  {recipe.notes === '' ? sourceWords(draftOf(recipe)) : recipe.notes}
                </span>
                <span className="xs ter ell">{shipped ? 'comes with Paddock' : 'yours'}</span>
              </button>
              {!shipped && (
                <ConfirmButton
                  variant="quiet"
                  className="icon reciperemove"
                  aria-label={`Remove the recipe ${recipe.title}`}
                  title="Remove this recipe"
                  icon={<CloseIcon size="s" />}
                  confirm="Remove"
                  onConfirmed={() => void remove(recipe.name)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Own ones first, then the quickest, then by title. */
function inOrder<T extends { recipe: Recipe; shipped: boolean }>(recipes: readonly T[]): T[] {
  const rank = ({ recipe, shipped }: T): number => (shipped ? (recipe.source.kind === 'tiny' ? 1 : 2) : 0);
  return [...recipes].sort((a, b) => rank(a) - rank(b) || a.recipe.title.localeCompare(b.recipe.title));
}

function RecipeFile({ onClose, onRead }: { onClose: () => void; onRead: (recipe: Recipe) => void }) {
  const [path, setPath] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const [error, setError] = useState<PaddockError | null>(null);
  const read = async (): Promise<void> => {
    const outcome = await callHost('images.readRecipe', { path: path.trim() });
    if (!outcome.ok) return setError(outcome.error);
    onRead(outcome.value.recipe);
    onClose();
  };
  return (
    <div className="wizrecipefile">
      <PathField
        label="Recipe file"
        value={path}
        placeholder="/home/you/lab.recipe.json"
        ref={field}
        onPath={(next) => {
          setError(null);
          setPath(next);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key !== 'Enter') return;
          event.preventDefault();
          void read();
        }}
      />
      <Button reason={path.trim() === '' ? 'Say which file.' : null} onClick={() => void read()}>
        Read
      </Button>
      <Button variant="quiet" onClick={onClose}>
        Cancel
      </Button>
      {error && <ErrorNote error={error} />}
    </div>
  );
}
