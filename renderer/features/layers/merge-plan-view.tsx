import { shellText } from '@shared/vms/command-line.js';
import type { MergePlan } from '@shared/layers/merge-plan.js';
import { bridge } from '../../lib/bridge.js';
import { fileName, formatBytes, plural } from '../../lib/format.js';
import { CommandBlock } from '../../ui/command-block.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ArrowIcon, BadIcon, ImageIcon, LayersIcon, OkIcon } from '../../ui/icons.js';
import { Note } from '../../ui/note.js';
import '../../ui/badge.css';
import './layer-dialogs.css';

/** Base plus layer gives image, as a picture. */
export function MergePicture({ plan, layer }: { plan: MergePlan; layer: string }) {
  return (
    <div className="row wrap mergepicture">
      <span className="badge">
        <ImageIcon size="s" />
        {fileName(plan.basePath)}
      </span>
      <span className="ter">+</span>
      <span className="badge">
        <LayersIcon size="s" />
        {layer}, {formatBytes(plan.changedBytes)}
      </span>
      <ArrowIcon size="s" />
      <span className="badge">
        <ImageIcon size="s" />
        {fileName(plan.targetPath)}, {formatBytes(plan.sizeBytes)}
      </span>
    </div>
  );
}

/** What was checked before anything is written. */
export function MergeChecks({ plan }: { plan: MergePlan }) {
  return (
    <>
      <h3>Checked before the first byte</h3>
      <ul className="col mergechecks" aria-label="Checked before the first byte">
        {plan.checks.map((check) => (
          <li key={check.title} className="row">
            <span
              className={check.ok ? 'mark ok' : 'mark err'}
              role="img"
              aria-label={check.ok ? 'passed' : 'failed'}
            >
              {check.ok ? <OkIcon /> : <BadIcon />}
            </span>
            <span className="grow">{check.title}</span>
            <span className={check.ok ? 'xs ter evidencetext' : 'xs evidencetext failed'}>{check.text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The exact command. */
export function MergeCommand({ plan, isVerified }: { plan: MergePlan; isVerified: boolean }) {
  const command = [...plan.command, ...(isVerified ? ['--verify'] : [])];
  return (
    <>
      <div className="row sectionhead">
        <h3>Command</h3>
        <span className="end">
          <CopyButton className="edge" write={() => bridge.clipboard.writeText(shellText(command))} />
        </span>
      </div>
      <CommandBlock lines={command.map((word) => [word])} />
    </>
  );
}

/** The layers that a merge into their base ends. */
export function MergeBreaks({ plan }: { plan: MergePlan }) {
  if (plan.breaks.length === 0)
    return <Note>No other layer stands on {fileName(plan.basePath)}. Nothing else breaks.</Note>;
  return (
    <Note level="err">
      <b>
        {plan.breaks.length === 1
          ? 'One other layer on this base can’t be used any more:'
          : `${plural(plan.breaks.length, 'other layer')} on this base can’t be used any more:`}
      </b>
      <ul className="breaklist" aria-label="Layers that break">
        {plan.breaks.map(({ id, name }) => (
          <li key={id}>
            <LayersIcon size="s" />
            <span>{name}</span>
          </li>
        ))}
      </ul>
      <p>Merge into a new image instead, and they stay as they are.</p>
    </Note>
  );
}
