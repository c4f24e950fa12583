import type { ReactNode } from 'react';
import type { Kernel } from '@shared/kernels/kernel.js';
import { ChoiceRows } from '../../../ui/choice-rows.js';
import { ComboField } from '../../../ui/combo-field.js';
import { Checkbox, TextField } from '../../../ui/field.js';
import { Note } from '../../../ui/note.js';
import { SelectField } from '../../../ui/select-field.js';
import { TextArea } from '../../../ui/text-area.js';
import type { DraftFaults } from './draft-faults.js';
import { FileRows } from './file-rows.js';
import type { ImageDraft } from './image-draft.js';
import { DISK_AS_IT_IS, reasonAgainstPart, type RecipePart } from './source-takes.js';
import { editDraft, useWizard } from './wizard-store.js';

/** What the step takes. */
interface ContentsStepProps {
  faults: DraftFaults;
  kernels: Readonly<Record<string, Kernel>>;
}

/** What is in the image beside what its source brings. */
export function ContentsStep({ faults, kernels }: ContentsStepProps) {
  const draft = useWizard((wizard) => wizard.draft);
  if (draft.kind === 'disk') return <Note>{DISK_AS_IT_IS}</Note>;
  const against = (part: RecipePart): string | null => reasonAgainstPart(part, draft);
  return (
    <div className="wizfields">
      <section className="wizsection" aria-labelledby="contents-system">
        <h3 id="contents-system">System</h3>
        <div className="wizgrid three">
          <TextField
            label="Hostname"
            value={draft.hostname}
            placeholder={draft.name}
            hint="Empty: the image’s name"
            error={faults['hostname']?.text}
            onChange={(event) => editDraft({ hostname: event.target.value })}
          />
          <OrWhyNot label="Time zone" reason={against('timezone')}>
            <ComboField
              label="Time zone"
              value={draft.timezone}
              choices={zones}
              error={faults['timezone']?.text}
              onChange={(timezone) => editDraft({ timezone })}
            />
          </OrWhyNot>
          <OrWhyNot label="Locale" reason={against('locale')}>
            <ComboField
              label="Locale"
              value={draft.locale}
              choices={locales}
              error={faults['locale']?.text}
              onChange={(locale) => editDraft({ locale })}
            />
          </OrWhyNot>
        </div>
        <OrWhyNot label="Packages" reason={against('packages')}>
          <TextArea
            label="Packages"
            rows={2}
            value={draft.packages}
            placeholder="openssh-server iproute2 tcpdump"
            hint={
              faults['packages'] ? (
                <span className="hint err" role="alert">
                  {faults['packages'].text}
                </span>
              ) : (
                'Names of Debian packages, with spaces between them; what they need comes along.'
              )
            }
            onChange={(event) => editDraft({ packages: event.target.value })}
          />
        </OrWhyNot>
      </section>
      <section className="wizsection" aria-labelledby="contents-files">
        <h3 id="contents-files">Files to copy in</h3>
        <FileRows files={draft.files} faults={faults} onChange={(files) => editDraft({ files })} />
      </section>
      <section className="wizsection" aria-labelledby="contents-kernel">
        <h3 id="contents-kernel">Kernel and consoles</h3>
        <div className="wizgrid three">
          <OrWhyNot label="Modules of" reason={against('modules')}>
            <SelectField
              label="Modules of"
              value={draft.modulesOf}
              choices={[
                { value: '', title: 'None', text: 'the kernel has what it needs' },
                ...Object.values(kernels).map(({ path, version }) => ({
                  value: path,
                  title: version,
                  text: path,
                })),
              ]}
              onChange={(modulesOf) => editDraft({ modulesOf })}
            />
          </OrWhyNot>
          <TextField
            label="Consoles with a login"
            value={draft.consoles}
            inputMode="numeric"
            hint="con0 and so on, 1 to 16"
            error={faults['consoles']?.text}
            onChange={(event) => editDraft({ consoles: event.target.value })}
          />
        </div>
      </section>
      <NetworkFields draft={draft} faults={faults} />
      <section className="wizsection" aria-label="Extras">
        <h3>Extras</h3>
        <Extra
          reason={against('guestTools')}
          label="Guest tools"
          text="Consoles that follow the window’s size, copying files, running commands, figures from inside."
          checked={draft.guestTools}
          onChange={(guestTools) => editDraft({ guestTools })}
        />
        <Extra
          reason={against('quickStart')}
          label="Quick start"
          text="Leaves out what costs systemd 10 to 20 s under User Mode Linux and does nothing there."
          checked={draft.quickStart}
          onChange={(quickStart) => editDraft({ quickStart })}
        />
      </section>
    </div>
  );
}

function NetworkFields({ draft, faults }: { draft: ImageDraft; faults: DraftFaults }) {
  const field = (name: 'address' | 'prefix' | 'gateway' | 'dns', label: string, placeholder: string) => (
    <TextField
      label={label}
      value={draft[name]}
      placeholder={placeholder}
      error={faults[name]?.text}
      onChange={(event) => editDraft({ [name]: event.target.value })}
    />
  );
  return (
    <section className="wizsection" aria-label="Network">
      <ChoiceRows
        label="Network card"
        value={draft.network}
        choices={[
          { value: 'none', title: 'None', text: 'The guest sets up no network by itself.' },
          {
            value: 'vec0',
            title: 'vec0',
            text: 'The vector drivers of newer kernels: quick, for switches and taps.',
            aside: 'newer',
          },
          {
            value: 'eth0',
            title: 'eth0',
            text: 'The older drivers: slirp, a daemon switch, a tap.',
            aside: 'any kernel',
          },
        ]}
        onChange={(network) => editDraft({ network })}
      />
      {draft.network !== 'none' && (
        <div className="wizgrid three">
          <SelectField
            label="Address"
            value={draft.addressing}
            choices={[
              { value: 'dhcp', title: 'By DHCP' },
              { value: 'fixed', title: 'Fixed' },
            ]}
            onChange={(addressing) => editDraft({ addressing: addressing === 'fixed' ? 'fixed' : 'dhcp' })}
          />
          {draft.addressing === 'fixed' && (
            <>
              {field('address', 'IPv4', '10.0.2.15')}
              {field('prefix', 'Bits of the network', '24')}
              {field('gateway', 'Gateway', '10.0.2.2')}
              {field('dns', 'Name servers', '10.0.2.3')}
            </>
          )}
        </div>
      )}
    </section>
  );
}

/** A field, or in its place why the source can't have it. */
function OrWhyNot({
  label,
  reason,
  children,
}: {
  label: string;
  reason: string | null;
  children: ReactNode;
}) {
  if (reason === null) return children;
  return (
    <div className="field">
      <span className="lab">{label}</span>
      <p className="wizwhynot">{reason}</p>
    </div>
  );
}

interface ExtraProps {
  label: string;
  text: string;
  reason: string | null;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Extra({ label, text, reason, checked, onChange }: ExtraProps) {
  if (reason === null) return <Checkbox label={label} text={text} checked={checked} onChange={onChange} />;
  return (
    <OrWhyNot label={label} reason={reason}>
      {null}
    </OrWhyNot>
  );
}

const zones = [
  'Etc/UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Paris',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Sydney',
].map((value) => ({ value, title: value }));

const locales = ['C.UTF-8', 'en_GB.UTF-8', 'en_US.UTF-8', 'de_DE.UTF-8', 'fr_FR.UTF-8', 'es_ES.UTF-8'].map(
  (value) => ({ value, title: value }),
);
