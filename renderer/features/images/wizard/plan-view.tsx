import type { BuildPlan } from '@shared/images/build-plan.js';
import { bridge } from '../../../lib/bridge.js';
import { formatBytes, formatDuration } from '../../../lib/format.js';
import { CopyButton } from '../../../ui/copy-button.js';
import { BadIcon, ExportIcon, OkIcon } from '../../../ui/icons.js';

/** The steps of a plan, each with the exact command that it runs. */
export function PlanSteps({ plan }: { plan: BuildPlan }) {
  const commands = plan.steps.flatMap(({ command }) => command ?? []);
  return (
    <section aria-label="Steps of the build">
      <div className="row wizplanhead">
        <h3>Steps</h3>
        <span className="ter xs num">about {formatDuration(plan.seconds * 1000)}</span>
        {commands.length > 0 && (
          <CopyButton
            className="end edge"
            write={() => bridge.clipboard.writeText(`${commands.join('\n')}\n`)}
          >
            Copy commands
          </CopyButton>
        )}
      </div>
      <ol className="card plansteps">
        {plan.steps.map((step, n) => (
          <li key={n}>
            <span className="planno num xs" aria-hidden="true">
              {n + 1}
            </span>
            <span>{step.title}</span>
            <span className="xs ter num plandetail">{step.detail}</span>
            {step.command !== null && <code className="plancommand">{step.command}</code>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a plan needs and leaves, and what one should know of it. */
export function PlanFacts({ plan }: { plan: BuildPlan }) {
  const isTight = plan.spaceBytes > plan.freeBytes;
  return (
    <section aria-label="What it needs">
      <h3 className="wizplanhead">What it needs</h3>
      <ul className="planfacts">
        <li className="row sec">
          <span className={isTight ? 'mark err' : 'mark ok'}>{isTight ? <BadIcon /> : <OkIcon />}</span>
          <span className="num">
            {formatBytes(plan.spaceBytes)} while it is made, {formatBytes(plan.freeBytes)} are free
          </span>
        </li>
        <li className="row sec">
          <span className="mark ok">
            <OkIcon />
          </span>
          <span className="num">{formatBytes(plan.imageBytes)} stay on disk</span>
        </li>
        <li className="row sec">
          <span className={plan.needsNetwork ? 'mark ter' : 'mark ok'}>
            {plan.needsNetwork ? <ExportIcon /> : <OkIcon />}
          </span>
          {plan.needsNetwork ? 'Downloads: it needs the network' : 'No network needed'}
        </li>
        <li className="row sec">
          <span className="mark ok">
            <OkIcon />
          </span>
          Blocks of 4 KB, fit for layers
        </li>
      </ul>
      {plan.notes.length > 0 && (
        <ul className="plannotes">
          {plan.notes.map((note, n) => (
            <li key={n}>{note}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
