import { ChoiceRows } from '../../../ui/choice-rows.js';
import { ComboField } from '../../../ui/combo-field.js';
import { SelectField } from '../../../ui/select-field.js';
import { freeImageName } from '@shared/images/image-name.js';
import type { DraftFaults } from './draft-faults.js';
import type { ImageDraft, SourceKind } from './image-draft.js';
import { RecipeGallery } from './recipe-gallery.js';
import { SourcePath } from './source-path.js';
import { editDraft, useWizard } from './wizard-store.js';

/** What the step takes. */
interface SourceStepProps {
  faults: DraftFaults;
  taken: ReadonlySet<string>;
  /** The fields were filled from a recipe that was asked for. */
  onFilled: () => void;
}

/** The name that an image of a source has until somebody types one. */
const usualNames: Readonly<Record<SourceKind, string>> = {
  tiny: 'tiny-linux',
  debian: 'debian',
  tree: 'imported-tree',
  disk: 'imported-disk',
  nommu: 'alpine-nommu',
};

/** Where the image comes from: a recipe, or one of the sources with what it asks for. */
export function SourceStep({ faults, taken, onFilled }: SourceStepProps) {
  const draft = useWizard((wizard) => wizard.draft);
  const choose = (kind: SourceKind): void =>
    editDraft({
      kind,
      ...(draft.isNamed
        ? {}
        : { name: freeImageName(kind === 'debian' ? `debian-${draft.suite}` : usualNames[kind], taken) }),
    });
  return (
    <>
      <RecipeGallery taken={taken} onFilled={onFilled} />
      <div className="wizfields">
        <ChoiceRows
          label="Source"
          value={draft.kind}
          choices={[
            {
              value: 'tiny',
              title: 'Tiny',
              text: 'BusyBox of this computer: a login prompt in a second.',
              aside: '16 MB, no network needed',
            },
            {
              value: 'debian',
              title: 'Debian',
              text: 'Built package by package with mmdebstrap, as an ordinary user.',
              aside: 'downloads 60 MB and more',
            },
            {
              value: 'tree',
              title: 'A root file system',
              text: 'A tar, what docker save or docker export gave, an OCI layout, an initramfs.',
              aside: 'a file of yours',
            },
            {
              value: 'disk',
              title: 'An existing disk',
              text: 'raw, qcow2 and every other format that qemu-img reads; partitions are found by looking.',
              aside: 'a file of yours',
            },
            {
              value: 'nommu',
              title: 'Alpine for kernels without an MMU',
              text: 'An exported Alpine tree whose programs are position independent; booted with init=/sbin/init.',
              aside: 'a file of yours',
            },
          ]}
          onChange={choose}
        />
        {draft.kind === 'debian' && <DebianFields draft={draft} faults={faults} taken={taken} />}
        {draft.kind === 'tree' && (
          <SourcePath
            label="Root file system"
            placeholder="/home/you/rootfs.tar.gz"
            hint="Plain, gzip, xz or zstd; a folder for an OCI layout."
            wants={['tree']}
            value={draft.treePath}
            fault={faults['path']?.text}
            onChange={(treePath) => editDraft({ treePath })}
            onOther={(kind) => editDraft(kind === 'disk' ? { kind, diskPath: draft.treePath } : {})}
          />
        )}
        {draft.kind === 'disk' && (
          <SourcePath
            label="Disk"
            placeholder="/home/you/debian.qcow2"
            hint="It is copied, and stays as it is."
            wants={['disk']}
            value={draft.diskPath}
            fault={faults['path']?.text}
            onChange={(diskPath) => editDraft({ diskPath })}
            onOther={(kind) => editDraft(kind === 'tree' ? { kind, treePath: draft.diskPath } : {})}
          />
        )}
        {draft.kind === 'nommu' && (
          <SourcePath
            label="Alpine tree"
            placeholder="/home/you/alpine-nommu.tar"
            hint="A tar of an Alpine built for kernels without an MMU: its BusyBox and musl must be."
            wants={['tree']}
            value={draft.nommuPath}
            fault={faults['path']?.text}
            onChange={(nommuPath) => editDraft({ nommuPath })}
          />
        )}
      </div>
    </>
  );
}

const suites = [
  { value: 'bookworm', title: 'bookworm', text: 'Debian 12' },
  { value: 'trixie', title: 'trixie', text: 'Debian 13' },
  { value: 'bullseye', title: 'bullseye', text: 'Debian 11' },
  { value: 'sid', title: 'sid', text: 'unstable' },
] as const;

function DebianFields({
  draft,
  faults,
  taken,
}: {
  draft: ImageDraft;
  faults: DraftFaults;
  taken: ReadonlySet<string>;
}) {
  return (
    <div className="wizgrid">
      <ComboField
        label="Suite"
        value={draft.suite}
        choices={suites}
        error={faults['suite']?.text}
        onChange={(suite) =>
          editDraft({
            suite,
            ...(draft.isNamed
              ? {}
              : { name: freeImageName(`debian-${suite.replace(/[^a-z0-9-]/g, '')}`, taken) }),
          })
        }
      />
      <SelectField
        label="How much is in it"
        value={draft.variant}
        choices={[
          { value: 'minbase', title: 'minbase', text: 'essential packages and apt' },
          { value: 'apt', title: 'apt', text: 'still less' },
          { value: 'essential', title: 'essential', text: 'not even apt' },
          { value: 'important', title: 'important', text: 'as debootstrap makes it' },
          { value: 'standard', title: 'standard', text: 'as the installer makes it' },
        ]}
        onChange={(variant) => editDraft({ variant: variant as ImageDraft['variant'] })}
      />
      <SelectField
        label="Starts by"
        value={draft.init}
        choices={[
          { value: 'systemd', title: 'systemd', text: 'as usual' },
          { value: 'sysvinit', title: 'sysvinit', text: 'quicker, scripts' },
          { value: 'busybox', title: 'BusyBox init', text: 'quickest, nearly nothing' },
        ]}
        onChange={(init) => editDraft({ init: init as ImageDraft['init'] })}
      />
      <SelectField
        label="Made with"
        value={draft.tool}
        choices={[
          { value: 'mmdebstrap', title: 'mmdebstrap', text: 'no root needed' },
          { value: 'debootstrap', title: 'debootstrap', text: 'needs root' },
        ]}
        onChange={(tool) => editDraft({ tool: tool as ImageDraft['tool'] })}
      />
      <div className="wide">
        <ComboField
          label="Mirror"
          value={draft.mirror}
          placeholder="the usual one of this computer"
          choices={[
            {
              value: 'http://deb.debian.org/debian',
              title: 'http://deb.debian.org/debian',
              text: 'near you',
            },
          ]}
          error={faults['mirror']?.text}
          onChange={(mirror) => editDraft({ mirror })}
        />
      </div>
    </div>
  );
}
