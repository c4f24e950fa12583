import { useState } from 'react';
import type { BuildNeed, KernelPlan } from '@shared/kernels/build-plan.js';
import { formatBytes } from '../../../lib/format.js';
import { CopyButton } from '../../../ui/copy-button.js';
import { BadIcon, ExportIcon, OkIcon } from '../../../ui/icons.js';
import { LinkButton } from '../../../ui/link-button.js';
import { Note } from '../../../ui/note.js';
import { PlanProblems } from '../../../ui/plan-problems.js';

/** What the view takes. */
interface PlanViewProps {
  plan: KernelPlan;
  copy: (text: string) => Promise<void>;
  /** Looks again whether it can be done. */
  onAgain: () => void;
}

/** What a build will do, with its commands, what it needs, and what keeps it from being done. */
export function PlanView({ plan, copy, onAgain }: PlanViewProps) {
  const [isWhole, setIsWhole] = useState(false);
  const commands = plan.steps.flatMap((step) => step.commands);
  const lines = plan.fragment.split('\n').filter((line) => /^(CONFIG|# CONFIG)_/.test(line)).length;
  const isTight = plan.spaceBytes > plan.freeBytes;
  return (
    <>
      <PlanProblems problems={plan.problems} onAgain={onAgain} />
      {plan.warnings.map((text) => (
        <Note key={text} level="warn">
          {text}
        </Note>
      ))}
      <section aria-label="Steps of the build">
        <div className="row">
          <h2 className="med">{plan.version === null ? 'Steps' : `Steps, Linux ${plan.version}`}</h2>
          <CopyButton className="end edge" write={() => copy(`${commands.join('\n')}\n`)}>
            Copy commands
          </CopyButton>
        </div>
        <ol className="card ksteps">
          {plan.steps.map((step, n) => (
            <li key={step.title}>
              <span className="num xs ter" aria-hidden="true">
                {n + 1}
              </span>
              <span>{step.title}</span>
              {step.commands.map((command) => (
                <code key={command}>{command}</code>
              ))}
            </li>
          ))}
        </ol>
      </section>
      <section aria-label="What it needs">
        <h2 className="med">What it needs</h2>
        <ul className="kneeds">
          <li className="row sec">
            <Mark state={isTight ? 'missing' : 'there'} />
            <span className="num">
              about {formatBytes(plan.spaceBytes)}, {formatBytes(plan.freeBytes)} are free
            </span>
          </li>
          {plan.needs.map((need) => (
            <li key={need.what} className="row sec">
              <Mark state={need.state} />
              <span>
                {need.what} <span className="ter">{needText(need)}</span>
              </span>
            </li>
          ))}
        </ul>
        {plan.notes.map((text) => (
          <p key={text} className="xs sec">
            {text}
          </p>
        ))}
      </section>
      <section aria-label="The fragment">
        <div className="row">
          <h2 className="med">Fragment</h2>
          <span className="ter xs num">{lines === 1 ? '1 line' : `${lines} lines`}</span>
          <span className="end">
            <LinkButton aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
              {isWhole ? 'Hide it' : 'Show it'}
            </LinkButton>
          </span>
        </div>
        {isWhole && (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it
          <pre className="kfragmenttext" tabIndex={0}>
            {plan.fragment}
          </pre>
        )}
      </section>
    </>
  );
}

function needText({ state, why, package: name }: BuildNeed): string {
  switch (state) {
    case 'there':
      return why;
    case 'fetched':
      return `${why}; Debian’s ${name} is fetched for this, without being installed`;
    case 'missing':
      return `${why}; in the package ${name}`;
  }
}

function Mark({ state }: { state: BuildNeed['state'] }) {
  switch (state) {
    case 'there':
      return (
        <span className="mark ok">
          <OkIcon />
        </span>
      );
    case 'fetched':
      return (
        <span className="mark ter">
          <ExportIcon />
        </span>
      );
    case 'missing':
      return (
        <span className="mark err">
          <BadIcon />
        </span>
      );
  }
}
