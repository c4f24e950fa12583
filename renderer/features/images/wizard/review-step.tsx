import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Recipe } from '@shared/images/recipe.js';
import { bridge } from '../../../lib/bridge.js';
import { callHost } from '../../../stores/connection-store.js';
import { Button } from '../../../ui/button.js';
import { TextField } from '../../../ui/field.js';
import { LinkButton } from '../../../ui/link-button.js';
import { ErrorNote, Note } from '../../../ui/note.js';
import { PlanProblems } from '../../../ui/plan-problems.js';
import { nearestImageName } from '@shared/images/image-name.js';
import { faultOfStep, wizardSteps, type DraftFaults, type WizardStep } from './draft-faults.js';
import { PlanFacts, PlanSteps } from './plan-view.js';
import type { RestedAnswer } from '../../../stores/use-rested-answer.js';
import { editDraft, useWizard } from './wizard-store.js';

/** What the step takes. */
interface ReviewStepProps {
  faults: DraftFaults;
  recipe: Recipe | null;
  planning: RestedAnswer<'images.plan'>;
  onGo: (step: WizardStep) => void;
  /** Asks for the plan again. */
  onAgain: () => void;
}

const stepNames: Readonly<Record<WizardStep, string>> = {
  source: 'Source',
  contents: 'Contents',
  disk: 'Disk',
  access: 'Access',
  review: 'Review',
};

/** The name, what will be done and needed, and the recipe to keep or to hand on. */
export function ReviewStep({ faults, recipe, planning, onGo, onAgain }: ReviewStepProps) {
  const draft = useWizard((wizard) => wizard.draft);
  const plan = planning.outcome?.ok ? planning.outcome.value : null;
  const badSteps = wizardSteps.filter((step) => step !== 'review' && faultOfStep(faults, step) !== null);
  const nearest = nearestImageName(draft.name);
  return (
    <div className="wizfields wizreview">
      <div className="wizgrid three">
        <TextField
          label="Name"
          value={draft.name}
          hint="Of the image, and of its file"
          error={
            faults['name'] && (
              <>
                {faults['name'].text}{' '}
                {nearest !== '' && nearest !== draft.name && (
                  <LinkButton onClick={() => editDraft({ name: nearest, isNamed: true })}>
                    Use {nearest}
                  </LinkButton>
                )}
              </>
            )
          }
          onChange={(event) => editDraft({ name: event.target.value, isNamed: true })}
        />
      </div>
      {badSteps.map((step) => (
        <Note key={step} level="warn">
          {stepNames[step]}: {faultOfStep(faults, step)}{' '}
          <LinkButton onClick={() => onGo(step)}>Go there</LinkButton>
        </Note>
      ))}
      {planning.outcome && !planning.outcome.ok && badSteps.length === 0 && (
        <ErrorNote error={planning.outcome.error}>
          <p>
            <LinkButton onClick={onAgain}>Look again</LinkButton>
          </p>
        </ErrorNote>
      )}
      {plan && (
        <div className="wizplan" aria-busy={!planning.isFresh}>
          <PlanProblems problems={plan.problems} onAgain={onAgain} />
          <PlanSteps plan={plan} />
          <PlanFacts plan={plan} />
        </div>
      )}
      {!planning.outcome && badSteps.length === 0 && !faults['name'] && <PlanLoading />}
      <RecipeKeeping recipe={recipe} title={draft.title} titleFault={faults['title']?.text} />
    </div>
  );
}

function PlanLoading() {
  return (
    <div className="wizloading" role="status" aria-label="It is being planned">
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}

interface RecipeKeepingProps {
  recipe: Recipe | null;
  title: string;
  titleFault: string | undefined;
}

function RecipeKeeping({ recipe, title, titleFault }: RecipeKeepingProps) {
  const [said, setSaid] = useState('');
  const [error, setError] = useState<PaddockError | null>(null);
  const reason = recipe === null ? 'Something in it is not right yet.' : null;
  const save = async (): Promise<void> => {
    if (!recipe) return;
    const outcome = await callHost('images.saveRecipe', { recipe });
    setError(outcome.ok ? null : outcome.error);
    setSaid(outcome.ok ? `Saved as ${recipe.name}. It is among the recipes from now on.` : '');
  };
  const write = async (): Promise<void> => {
    if (!recipe) return;
    const path = await bridge.files.askWhereToSave(`${recipe.name}.recipe.json`);
    if (path === null) return;
    const outcome = await callHost('images.writeRecipe', { recipe, path });
    setError(outcome.ok ? null : outcome.error);
    setSaid(outcome.ok ? `Written to ${outcome.value.path}.` : '');
  };
  return (
    <section className="wizsection" aria-labelledby="recipe-keep">
      <h3 id="recipe-keep">The recipe</h3>
      <p className="sec">
        All of these steps as data, without passwords: to build it again, here or elsewhere.
      </p>
      <div className="wizrecipekeep">
        <TextField
          label="Title"
          value={title}
          error={titleFault}
          onChange={(event) => editDraft({ title: event.target.value })}
        />
        <Button reason={reason} onClick={() => void save()}>
          Save as recipe
        </Button>
        <Button reason={reason} onClick={() => void write()}>
          Write recipe to a file…
        </Button>
      </div>
      <span className="xs sec" role="status">
        {said}
      </span>
      {error && <ErrorNote error={error} />}
    </section>
  );
}
