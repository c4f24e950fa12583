import { useEffect, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { KeptSource } from '@shared/kernels/build-plan.js';
import { debianSuites } from '@shared/kernels/library-kernel.js';
import { formatBytes } from '../../../lib/format.js';
import { callHost } from '../../../stores/connection-store.js';
import { ChoiceRows } from '../../../ui/choice-rows.js';
import { Checkbox } from '../../../ui/field.js';
import { LinkButton } from '../../../ui/link-button.js';
import { ErrorNote } from '../../../ui/note.js';
import { PathField } from '../../../ui/path-field.js';
import { SelectField } from '../../../ui/select-field.js';
import { editBuild, type BuildDraft } from './build-draft.js';

/** Where the sources come from. */
export function SourceFields({ draft }: { draft: BuildDraft }) {
  return (
    <section className="kbuildpart">
      <ChoiceRows
        label="Source"
        value={draft.source}
        choices={[
          {
            value: 'debian',
            title: 'Debian’s sources',
            text: 'The package linux-source, checked against Debian’s keys; fetched once.',
            aside: '140 MB to fetch',
          },
          {
            value: 'tree',
            title: 'A tree of yours',
            text: 'A Linux source tree on this computer. It is built elsewhere and stays as it is.',
          },
        ]}
        onChange={(source) => editBuild({ source })}
      />
      {draft.source === 'debian' ? (
        <>
          <SelectField
            label="Suite"
            value={draft.suite}
            choices={debianSuites.map(({ suite, title, about }) => ({ value: suite, title, text: about }))}
            onChange={(suite) => editBuild({ suite })}
          />
          <Checkbox
            label="Take lists that are out of date"
            text="For a mirror that is behind. Who signed them is still checked."
            checked={draft.acceptStale}
            onChange={(acceptStale) => editBuild({ acceptStale })}
          />
          <KeptSources />
        </>
      ) : (
        <PathField
          label="Source tree"
          chooses="folder"
          placeholder="/home/you/linux"
          hint="Its top folder. It must not have been built in place."
          value={draft.treePath}
          onPath={(treePath) => editBuild({ treePath })}
        />
      )}
    </section>
  );
}

/** What is unpacked here, which takes more room than anything else of a build. */
function KeptSources() {
  const [kept, setKept] = useState<readonly KeptSource[]>([]);
  const [error, setError] = useState<PaddockError | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void keptSources().then((found) => isCurrent && setKept(found));
    return () => {
      isCurrent = false;
    };
  }, []);
  const remove = async (suite: string): Promise<void> => {
    const outcome = await callHost('kernels.removeSource', { suite });
    setError(outcome.ok ? null : outcome.error);
    setKept(await keptSources());
  };
  return (
    <>
      {error && <ErrorNote error={error} />}
      {kept.map(({ suite, packageName, packageVersion, bytes }) => (
        <p key={suite} className="xs ter num">
          {packageName} {packageVersion} is kept, {formatBytes(bytes)}.{' '}
          <LinkButton onClick={() => void remove(suite)}>Remove it</LinkButton>
        </p>
      ))}
    </>
  );
}

async function keptSources(): Promise<readonly KeptSource[]> {
  const outcome = await callHost('kernels.sources', {});
  return outcome.ok ? outcome.value.sources : [];
}
