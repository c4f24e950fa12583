import { whyAnswer, type AbilityId } from '@shared/kernels/abilities.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { CPUS_MAX, SECCOMP_WARNING, whyNotExtra, type RunMode } from '@shared/kernels/run-mode.js';
import { Note } from '../../ui/note.js';
import { SelectField, type Choice } from '../../ui/select-field.js';
import { TextSetting } from './text-setting.js';

/** What the setting takes. */
interface RunModeSettingProps {
  mode: RunMode;
  /** Undefined when it isn't known. */
  kernel: Kernel | undefined;
  onType: () => void;
  onSave: (mode: RunMode) => Promise<boolean>;
}

/** How a kernel runs its guest. What the kernel hasn't got stays in sight, with the reason. */
export function RunModeSetting({ mode, kernel, onType, onSave }: RunModeSettingProps) {
  const reason = (id: AbilityId): string | null =>
    kernel?.answers[id] === 'no' ? whyAnswer(id, 'no', kernel.answers) : null;
  const change = (changes: Partial<RunMode>): Promise<boolean> => onSave({ ...mode, ...changes });
  return (
    <div className="runmode">
      <SelectField
        label="Seccomp mode"
        value={mode.seccomp ?? ''}
        choices={withReason(
          [
            { value: '', title: 'As the kernel does by itself' },
            { value: 'on', title: 'On', text: 'faster, for guests that you trust' },
            { value: 'auto', title: 'On if it can be', text: 'faster, for guests that you trust' },
            { value: 'off', title: 'Off', text: 'programs are traced (ptrace)' },
          ],
          reason('seccomp'),
        )}
        onChange={(value) => void change({ seccomp: value === '' ? null : (value as 'on' | 'auto' | 'off') })}
      />
      {(mode.seccomp === 'on' || mode.seccomp === 'auto') && <Note level="warn">{SECCOMP_WARNING}</Note>}
      <SelectField
        label="Processors"
        value={String(mode.cpus)}
        choices={withReason(
          [...new Set([1, 2, 3, 4, 6, 8, 12, 16, 32, CPUS_MAX, mode.cpus])]
            .sort((a, b) => a - b)
            .map((count) => ({ value: String(count), title: String(count) })),
          reason('smp'),
        )}
        onChange={(value) => void change({ cpus: Number(value) })}
      />
      <SelectField
        label="Clock"
        value={mode.timeTravel}
        choices={withReason(
          [
            { value: 'off', title: 'This computer’s time' },
            { value: 'skip-idle', title: 'Skip idle time', text: 'waiting takes no time' },
            { value: 'inf-cpu', title: 'Skip all time', text: 'computing takes no time either' },
          ],
          reason('time-travel'),
        )}
        onChange={(value) => void change({ timeTravel: value as RunMode['timeTravel'] })}
      />
      <TextSetting
        label="More arguments"
        placeholder="loglevel=8 systemd.unit=rescue.target"
        value={mode.extra.join(' ')}
        fault={extraFault}
        onType={onType}
        onSave={(typed) => change({ extra: wordsOf(typed) })}
      />
    </div>
  );
}

/** All but what changes nothing carry the reason. */
function withReason([first, ...others]: Choice[], reason: string | null): Choice[] {
  return [...(first ? [first] : []), ...others.map((choice) => ({ ...choice, reason }))];
}

const wordsOf = (typed: string): string[] => typed.split(/\s+/).filter((word) => word !== '');

function extraFault(typed: string): string | null {
  for (const word of wordsOf(typed)) {
    const why = whyNotExtra(word);
    if (why !== null) return `${word} can’t be here: ${why}.`;
  }
  return null;
}
