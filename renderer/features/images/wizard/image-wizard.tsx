import { useMemo, useRef, useState } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { askedPasswords, secretOf, type Secrets } from '@shared/images/recipe.js';
import { callHost } from '../../../stores/connection-store.js';
import { selectImageRow, showImageWizard } from '../../../stores/images-store.js';
import { Button, IconButton } from '../../../ui/button.js';
import { Checkbox } from '../../../ui/field.js';
import { CloseIcon, PlayIcon } from '../../../ui/icons.js';
import { ErrorNote } from '../../../ui/note.js';
import { AccessStep } from './access-step.js';
import { ContentsStep } from './contents-step.js';
import { DiskStep } from './disk-step.js';
import { draftFaults, faultOfStep, wizardSteps, type WizardStep } from './draft-faults.js';
import { recipeOf } from './image-draft.js';
import { keepBuild } from './kept-builds.js';
import { ReviewStep } from './review-step.js';
import { SourceStep } from './source-step.js';
import { useBuildPlan } from './use-build-plan.js';
import { WizardRail } from './wizard-rail.js';
import { goToStep, resetWizard, setBootWhenReady, useWizard } from './wizard-store.js';
import './wizard.css';

/** Makes an image, from where it comes from to who may come in; nothing is written before the last step's button. */
export function ImageWizard({ state }: { state: Pick<HostState, 'images' | 'kernels'> }) {
  const { draft, step, seen, bootWhenReady } = useWizard((wizard) => wizard);
  // Only here, and gone with this component: a password is kept nowhere.
  const [secrets, setSecrets] = useState<Secrets>({});
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [round, setRound] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const taken = useMemo(() => new Set(Object.values(state.images).map(({ name }) => name)), [state.images]);
  const faults = draftFaults(draft, taken);
  const recipe = useMemo(() => recipeOf(draft), [draft]);
  const planning = useBuildPlan(step === 'review' ? recipe : null, draft.name, round);
  const at = wizardSteps.indexOf(step);
  const plan = planning.outcome?.ok ? planning.outcome.value : null;
  const noPassword = recipe ? askedPasswords(recipe).find((user) => !secretOf(secrets, user)) : undefined;

  const go = (to: WizardStep): void => {
    goToStep(to);
    setError(null);
    // The keyboard goes along, and what is read begins with where one is.
    requestAnimationFrame(() => heading.current?.focus());
  };
  const reason = isAsking
    ? 'It is about to begin.'
    : (wizardSteps.map((one) => faultOfStep(faults, one)).find((text) => text !== null) ??
      (noPassword === undefined ? null : `${noPassword} has no password yet: see Access.`) ??
      (planning.outcome && !planning.outcome.ok && planning.isFresh
        ? 'It can’t be planned; the reason is above.'
        : null) ??
      (!plan || !planning.isFresh ? 'It is being planned.' : null) ??
      ((plan?.problems.length ?? 0) > 0 ? 'Something keeps it from being built; see above.' : null));

  const build = async (): Promise<void> => {
    if (reason !== null || recipe === null || plan === null) return;
    setIsAsking(true);
    setError(null);
    const wanted = askedPasswords(recipe);
    const outcome = await callHost('images.build', {
      recipe,
      name: draft.name,
      secrets: Object.fromEntries(Object.entries(secrets).filter(([user]) => wanted.includes(user))),
    });
    setIsAsking(false);
    if (!outcome.ok) {
      setError(outcome.error);
      setRound((before) => before + 1);
      return;
    }
    const { jobId } = outcome.value;
    keepBuild({ jobId, name: draft.name, recipe, plan, boot: bootWhenReady });
    setSecrets({});
    resetWizard();
    selectImageRow(`job:${jobId}`);
  };

  const next = wizardSteps[at + 1];
  const before = wizardSteps[at - 1];
  return (
    <div className="wizpage">
      <header className="ibar">
        <h1>New image</h1>
        <span className="sec ell">{draft.name}</span>
        <span className="end row">
          <span className="ter xs show-xs nowrap">
            step {at + 1} of {wizardSteps.length}
          </span>
          <Button
            variant="quiet"
            onClick={() => {
              resetWizard();
              setSecrets({});
              go('source');
            }}
          >
            Start over
          </Button>
          <IconButton
            label="Close; what you typed is kept"
            icon={<CloseIcon />}
            onClick={() => showImageWizard(false)}
          />
        </span>
      </header>
      <div className="wiz">
        <WizardRail
          draft={draft}
          step={step}
          seen={seen}
          faults={faults}
          hasPasswords={noPassword === undefined}
          onGo={go}
        />
        <form
          className="wizbody"
          aria-labelledby="wizard-step"
          onSubmit={(event) => {
            event.preventDefault();
            if (next) go(next);
          }}
        >
          <h2 id="wizard-step" ref={heading} tabIndex={-1}>
            {titles[step]}
          </h2>
          <p className="sec wizlead">{leads[step]}</p>
          {step === 'source' && <SourceStep faults={faults} taken={taken} onFilled={() => go('review')} />}
          {step === 'contents' && <ContentsStep faults={faults} kernels={state.kernels} />}
          {step === 'disk' && <DiskStep faults={faults} />}
          {step === 'access' && <AccessStep faults={faults} secrets={secrets} onSecrets={setSecrets} />}
          {step === 'review' && (
            <ReviewStep
              faults={faults}
              recipe={recipe}
              planning={planning}
              onGo={go}
              onAgain={() => setRound((n) => n + 1)}
            />
          )}
          <input type="submit" hidden />
        </form>
        <footer className="wizfoot">
          {error && <ErrorNote error={error} />}
          {step === 'review' ? (
            <Checkbox label="Boot it when it is ready" checked={bootWhenReady} onChange={setBootWhenReady} />
          ) : (
            <span className="xs ter">Nothing is written before the last step.</span>
          )}
          <span className="end row">
            {before && <Button onClick={() => go(before)}>Back</Button>}
            {step !== 'review' && step !== 'access' && seen.includes('review') && (
              <Button onClick={() => go('review')}>Review</Button>
            )}
            {next ? (
              <Button variant="primary" onClick={() => go(next)}>
                Next
              </Button>
            ) : (
              <Button variant="primary" icon={<PlayIcon />} reason={reason} onClick={() => void build()}>
                Build
              </Button>
            )}
          </span>
          {reason !== null && step === 'review' && !isAsking && planning.isFresh && (
            <p className="wizreason xs">{reason}</p>
          )}
        </footer>
      </div>
    </div>
  );
}

const titles: Readonly<Record<WizardStep, string>> = {
  source: 'Where does it come from?',
  contents: 'What is in it?',
  disk: 'What disk does it get?',
  access: 'Who may come in?',
  review: 'Ready to be built',
};
const leads: Readonly<Record<WizardStep, string>> = {
  source: 'Start with a recipe and change what you like, or choose a source yourself.',
  contents: 'Everything here has a value that works. What this source can’t take says why.',
  disk: 'The file is sparse: it takes only the room of what is written in it.',
  access: 'Passwords go to the build alone. They are in no recipe, no log and no file of Paddock’s.',
  review: 'Nothing has been written yet. This is all that will happen.',
};
