import { useMemo, useState } from 'react';
import { useAnswer } from '../../stores/use-answer.js';
import { TextField } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';

/** More are not shown at once: who looks for one types more of it. */
const SHOWN_MAX = 300;

/** What a kernel was built with, to be searched. */
export function KernelConfigView({ path }: { path: string }) {
  const answer = useAnswer('kernels.config', { path });
  const [wanted, setWanted] = useState('');
  const text = answer?.ok ? answer.value.text : '';
  const lines = useMemo(() => text.split('\n').filter((line) => /^(CONFIG_|# CONFIG_)/.test(line)), [text]);
  const words = wanted.trim().toUpperCase().split(/\s+/);
  const found = lines.filter((line) => words.every((word) => line.toUpperCase().includes(word)));
  if (answer && !answer.ok) return <ErrorNote error={answer.error} />;
  return (
    <section className="kernelconfig" aria-label="Configuration">
      <TextField
        label="Configuration"
        placeholder="words of an option: net vector"
        value={wanted}
        hint={
          answer === null
            ? 'Asking the kernel…'
            : lines.length === 0
              ? 'This kernel doesn’t print its configuration.'
              : `${found.length} of ${lines.length}${found.length > SHOWN_MAX ? `, the first ${SHOWN_MAX} shown` : ''}`
        }
        onChange={(event) => setWanted(event.target.value)}
      />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it */}
      <pre className="mono xs" tabIndex={0} role="region" aria-label="Options">
        {found.slice(0, SHOWN_MAX).join('\n')}
      </pre>
    </section>
  );
}
