import { channelWords, lineRemarks } from '@shared/consoles/channel-words.js';
import type { ChannelKind } from '@shared/consoles/channel.js';
import { guestDevice, type LineName } from '@shared/consoles/console-name.js';
import { missingOption } from '@shared/consoles/kernel-support.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { IconButton } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { CloseIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { SelectField } from '../../ui/select-field.js';
import { fieldFault, freeLines, type LineDraft } from './line-draft.js';
import './lines-editor.css';

/** What the editor of lines takes. */
export interface LinesEditorProps {
  drafts: readonly LineDraft[];
  /** null when it is not known which kernel it will be. */
  kernel: Kernel | null;
  /** `isSettled`: nobody is in the middle of typing. */
  onChange: (drafts: LineDraft[], isSettled: boolean) => void;
  /** Tabs that a running machine doesn't have yet. */
  waiting?: readonly LineName[];
  /** Gives it one of them at once. */
  onAddNow?: (line: LineName) => void;
}

const kinds = Object.keys(channelWords) as ChannelKind[];

/** The lines of a machine and where each leads. */
export function LinesEditor({ drafts, kernel, onChange, waiting = [], onAddNow }: LinesEditorProps) {
  const free = freeLines(drafts);
  return (
    <div className="lines">
      {drafts.length > 0 && (
        <ul className="linelist">
          {drafts.map((draft) => (
            <LineRow
              key={draft.line}
              draft={draft}
              kernel={kernel}
              onAddNow={
                onAddNow && draft.kind === 'tab' && waiting.includes(draft.line)
                  ? () => onAddNow(draft.line)
                  : null
              }
              onChange={(next, isSettled) =>
                onChange(
                  drafts.map((other) => (other.line === next.line ? next : other)),
                  isSettled,
                )
              }
              onRemove={() =>
                onChange(
                  drafts.filter((other) => other.line !== draft.line),
                  true,
                )
              }
            />
          ))}
        </ul>
      )}
      <SelectField
        label="Add a line"
        value="Add a line…"
        choices={free.map((line) => ({
          value: line,
          title: line,
          text: `/dev/${guestDevice(line)}`,
          reason: lacks(kernel, line, 'tab'),
        }))}
        reason={free.length === 0 ? 'All 32 lines are there.' : null}
        onChange={(value) => {
          const line = free.find((name) => name === value);
          if (line) onChange([...drafts, { line, kind: 'tab', first: '', second: '' }], true);
        }}
      />
    </div>
  );
}

interface LineRowProps {
  draft: LineDraft;
  kernel: Kernel | null;
  /** null: it has nothing to wait for. */
  onAddNow: (() => void) | null;
  onChange: (draft: LineDraft, isSettled: boolean) => void;
  onRemove: () => void;
}

function LineRow({ draft, kernel, onAddNow, onChange, onRemove }: LineRowProps) {
  const { line, kind } = draft;
  return (
    <li className="linerow" aria-label={line}>
      <span className="mono med" title={`/dev/${guestDevice(line)} in the guest`}>
        {line}
      </span>
      <SelectField
        label={`Where ${line} leads`}
        value={kind}
        choices={kinds.map((each) => ({
          value: each,
          title: channelWords[each].title,
          text: channelWords[each].text,
          reason: lacks(kernel, line, each),
        }))}
        onChange={(value) => onChange({ line, kind: value as ChannelKind, first: '', second: '' }, true)}
      />
      <IconButton label={`Remove ${line}`} icon={<CloseIcon />} onClick={onRemove} />
      {kind === 'port' && (
        <LineField draft={draft} label="Port" place="first" placeholder="9000" onChange={onChange} />
      )}
      {kind === 'tty' && (
        <LineField draft={draft} label="Terminal" place="first" placeholder="/dev/tty8" onChange={onChange} />
      )}
      {kind === 'fd' && (
        <>
          <LineField
            draft={draft}
            label="Reads from"
            place="first"
            placeholder="nothing"
            onChange={onChange}
          />
          <LineField
            draft={draft}
            label="Writes to"
            place="second"
            placeholder="nothing"
            onChange={onChange}
          />
        </>
      )}
      {lineRemarks(line, kind).map(({ level, text }) => (
        <p key={text} className={level === 'warn' ? 'hint warn linehint' : 'hint linehint'}>
          {text}
        </p>
      ))}
      {onAddNow && (
        <p className="hint linehint">
          It is there from the next start on.{' '}
          <LinkButton aria-label={`Add it now: ${line}`} onClick={onAddNow}>
            Add it now
          </LinkButton>
        </p>
      )}
    </li>
  );
}

function LineField({
  draft,
  label,
  place,
  placeholder,
  onChange,
}: {
  draft: LineDraft;
  label: string;
  place: 'first' | 'second';
  placeholder: string;
  onChange: (draft: LineDraft, isSettled: boolean) => void;
}) {
  return (
    <div className="linefield">
      <span className="xs sec" aria-hidden="true">
        {label}
      </span>
      <TextField
        label={`${label}, ${draft.line}`}
        value={draft[place]}
        placeholder={placeholder}
        inputMode={draft.kind === 'port' ? 'numeric' : undefined}
        maxLength={4095}
        error={fieldFault(draft.kind, draft[place])}
        onChange={(event) => onChange({ ...draft, [place]: event.target.value }, false)}
        onBlur={() => onChange(draft, true)}
        onKeyDown={(event) => event.key === 'Enter' && onChange(draft, true)}
      />
    </div>
  );
}

function lacks(kernel: Kernel | null, line: LineDraft['line'], kind: ChannelKind): string | null {
  const option = missingOption(kernel?.lineOptions ?? null, line, kind);
  return option === null ? null : `This kernel was built without ${option}.`;
}
