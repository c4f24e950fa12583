import { useState } from 'react';
import type { Image } from '@shared/images/image.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { callHost } from '../../../stores/connection-store.js';
import { Checkbox, TextField } from '../../../ui/field.js';
import { SelectField } from '../../../ui/select-field.js';
import { TextArea } from '../../../ui/text-area.js';
import { PasswordField } from '../password-field.js';
import { useJobAsking } from '../use-image-job.js';
import { FileRows } from '../wizard/file-rows.js';
import { changesOf, noChanges, type ChangesDraft } from './changes-draft.js';
import { ImageDialog } from './image-dialog.js';

/** What the dialog takes. */
interface CustomiseDialogProps {
  image: Image;
  kernels: Readonly<Record<string, Kernel>>;
  onClose: () => void;
}

/** Changes what is in an image that nothing uses. What isn't ticked stays as it is. */
export function CustomiseDialog({ image, kernels, onClose }: CustomiseDialogProps) {
  const [draft, setDraft] = useState<ChangesDraft>(noChanges);
  // Here alone, and gone with the dialog.
  const [password, setPassword] = useState('');
  const asking = useJobAsking(onClose);
  const { changes, faults, reason } = changesOf(draft, password);
  const set = (change: Partial<ChangesDraft>): void => {
    asking.clearError();
    setDraft((before) => ({ ...before, ...change }));
  };
  const isBusyBox = image.kind === 'tiny' || image.kind === 'nommu';
  return (
    <ImageDialog
      title={`Customise ${image.name}`}
      text="Changes the image itself, as root of its own and without root here. What isn’t ticked stays as it is."
      verb="Customise"
      asking={asking}
      reason={reason}
      onStart={() =>
        asking.ask(() =>
          callHost('images.customise', {
            id: image.id,
            changes,
            secrets: changes.root?.kind === 'password' ? { root: password } : {},
          }),
        )
      }
      onClose={onClose}
    >
      <Checkbox label="How root comes in" checked={draft.hasRoot} onChange={(hasRoot) => set({ hasRoot })} />
      {draft.hasRoot && (
        <div className="changepart">
          <SelectField
            label="Root"
            value={draft.root}
            choices={[
              { value: 'password', title: 'By a password' },
              { value: 'none', title: 'Without a password' },
              { value: 'locked', title: 'Not by password', text: 'locked' },
            ]}
            onChange={(root) => set({ root: root as ChangesDraft['root'] })}
          />
          {draft.root === 'password' && (
            <PasswordField label="Password of root" value={password} onChange={setPassword} />
          )}
        </div>
      )}
      <Checkbox
        label="Hostname"
        checked={draft.hasHostname}
        onChange={(hasHostname) => set({ hasHostname })}
      />
      {draft.hasHostname && (
        <div className="changepart">
          <TextField
            label="New hostname"
            value={draft.hostname}
            placeholder={image.name}
            error={draft.hostname === '' ? undefined : faults['hostname']?.text}
            onChange={(event) => set({ hostname: event.target.value })}
          />
        </div>
      )}
      <Checkbox
        label="Files to copy in"
        checked={draft.hasFiles}
        onChange={(hasFiles) => set({ hasFiles })}
      />
      {draft.hasFiles && (
        <div className="changepart">
          <FileRows files={draft.files} faults={faults} onChange={(files) => set({ files })} />
        </div>
      )}
      <Checkbox
        label="Files to remove"
        checked={draft.hasRemove}
        onChange={(hasRemove) => set({ hasRemove })}
      />
      {draft.hasRemove && (
        <div className="changepart">
          <TextArea
            label="Paths in the image, one a line"
            rows={3}
            value={draft.remove}
            placeholder="/etc/motd"
            hint={faults['remove']?.text}
            onChange={(event) => set({ remove: event.target.value })}
          />
        </div>
      )}
      <Checkbox
        label="Modules of a kernel"
        checked={draft.hasModules}
        onChange={(hasModules) => set({ hasModules })}
      />
      {draft.hasModules && (
        <div className="changepart">
          <SelectField
            label="Kernel"
            value={draft.modulesOf}
            choices={Object.values(kernels).map(({ path, version }) => ({
              value: path,
              title: version,
              text: path,
            }))}
            onChange={(modulesOf) => set({ modulesOf })}
          />
        </div>
      )}
      {!isBusyBox && (
        <>
          <Checkbox
            label="Debian packages to install"
            checked={draft.hasPackages}
            onChange={(hasPackages) => set({ hasPackages })}
          />
          {draft.hasPackages && (
            <div className="changepart">
              <TextArea
                label="Package files of this computer, one a line"
                rows={3}
                value={draft.packages}
                placeholder="/home/you/tool_1.0_amd64.deb"
                hint={
                  faults['packages']?.text ??
                  'Installed without a network: what they need must be there or among them.'
                }
                onChange={(event) => set({ packages: event.target.value })}
              />
            </div>
          )}
          <Checkbox
            label="Debian packages to remove"
            checked={draft.hasRemovePackages}
            onChange={(hasRemovePackages) => set({ hasRemovePackages })}
          />
          {draft.hasRemovePackages && (
            <div className="changepart">
              <TextField
                label="Names of packages"
                value={draft.removePackages}
                placeholder="nano tasksel"
                error={faults['removePackages']?.text}
                onChange={(event) => set({ removePackages: event.target.value })}
              />
            </div>
          )}
        </>
      )}
    </ImageDialog>
  );
}
