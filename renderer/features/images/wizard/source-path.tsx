import type { Ref } from 'react';
import { describeError } from '@shared/errors/paddock-error.js';
import type { SourceFacts } from '@shared/images/source-facts.js';
import { PathField } from '../../../ui/path-field.js';
import { OkIcon } from '../../../ui/icons.js';
import { LinkButton } from '../../../ui/link-button.js';
import { useInspection } from './use-inspection.js';

/** What the field takes. */
interface SourcePathProps {
  ref?: Ref<HTMLInputElement>;
  label: string;
  placeholder: string;
  hint: string;
  /** Kinds of thing that can be made an image of here. */
  wants: readonly SourceFacts['kind'][];
  value: string;
  /** What is wrong with the text itself. */
  fault: string | undefined;
  onChange: (value: string) => void;
  /** It is something for another source: changes over. */
  onOther?: (kind: 'tree' | 'disk') => void;
}

/** A path of this computer, and beside it what the host finds there, or why it won't do. */
export function SourcePath(props: SourcePathProps) {
  const { ref, label, placeholder, hint, wants, value, fault, onChange, onOther } = props;
  const outcome = useInspection(value);
  const facts = outcome?.ok ? outcome.value : null;
  const isTyped = value.trim() !== '';
  const isOther = facts !== null && facts.why === null && !wants.includes(facts.kind);
  const other = facts?.kind === 'tree' || facts?.kind === 'disk' ? facts.kind : null;
  const problem = outcome && !outcome.ok ? describeError(outcome.error) : null;
  const error = !isTyped ? undefined : (fault ?? problem?.sentence ?? facts?.why ?? undefined);
  return (
    <PathField
      {...(ref ? { ref } : {})}
      label={label}
      className="wizpath"
      value={value}
      placeholder={placeholder}
      error={
        error ? (
          <>
            {error} {problem?.fix}
          </>
        ) : isOther && facts ? (
          <>
            This is something else: {facts.summary}.{' '}
            {other && onOther && (
              <LinkButton onClick={() => onOther(other)}>
                {other === 'disk' ? 'Take it as a disk' : 'Take it as a root file system'}
              </LinkButton>
            )}
          </>
        ) : undefined
      }
      hint={
        facts ? (
          <span className="wizfound" role="status">
            <OkIcon size="s" /> {facts.summary}
          </span>
        ) : isTyped && !fault && outcome === null ? (
          'Looking…'
        ) : (
          hint
        )
      }
      onPath={onChange}
    />
  );
}
