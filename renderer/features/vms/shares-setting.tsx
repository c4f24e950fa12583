import { useState } from 'react';
import {
  shareMountLine,
  shareMountPoint,
  shareNameFor,
  SHARES_CAVEAT,
  SHARES_MAX,
  SHARES_WARNING,
  type Share,
} from '@shared/vms/share.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { IconButton } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { CloseIcon } from '../../ui/icons.js';
import { Note } from '../../ui/note.js';
import { PathField } from '../../ui/path-field.js';
import { SelectField } from '../../ui/select-field.js';
import { bridge } from '../../lib/bridge.js';

/** What the shared folders take. */
interface SharesSettingProps {
  vm: Pick<VmView, 'shares' | 'boot'>;
  onType: () => void;
  /** True when they were taken. */
  onSave: (shares: Share[]) => Promise<boolean>;
}

const modes = [
  { value: 'ro', title: 'Read-only' },
  { value: 'rw', title: 'Writable' },
];

/** The folders that a guest is given, one a row, with the line that mounts each by hand. */
export function SharesSetting({ vm, onType, onSave }: SharesSettingProps) {
  const { shares, boot } = vm;
  const [typed, setTyped] = useState('');
  const add = async (path: string): Promise<void> => {
    const name = shareNameFor(
      path,
      shares.map((share) => share.name),
    );
    if (await onSave([...shares, { name, path, readOnly: true }])) setTyped('');
  };
  const choose = async (): Promise<null> => {
    const path = await bridge.files.askForPath('folder');
    if (path !== null) {
      setTyped(path);
      await add(path);
    }
    return null;
  };
  const isRelative = typed !== '' && !typed.startsWith('/');
  return (
    <div className="shares">
      {shares.length > 0 && (
        <ul className="sharelist">
          {shares.map((share) => {
            const line = shareMountLine(share, boot);
            return (
              <li key={share.name} className="sharerow" aria-label={share.name}>
                <span className="sharewhere">
                  <span className="mono ell" title={share.path}>
                    {share.path}
                  </span>
                  <span className="xs sec ell">
                    on <span className="mono">{shareMountPoint(share)}</span>
                  </span>
                </span>
                <SelectField
                  label={`What the guest may do with ${share.name}`}
                  value={share.readOnly ? 'ro' : 'rw'}
                  choices={modes}
                  onChange={(mode) =>
                    void onSave(
                      shares.map((one) => (one === share ? { ...one, readOnly: mode === 'ro' } : one)),
                    )
                  }
                />
                <CopyButton
                  aria-label={`Copy the line that mounts ${share.name} by hand`}
                  title={line}
                  write={() => bridge.clipboard.writeText(line)}
                >
                  Line
                </CopyButton>
                <IconButton
                  label={`Don’t share ${share.name}`}
                  icon={<CloseIcon />}
                  onClick={() => void onSave(shares.filter((one) => one !== share))}
                />
              </li>
            );
          })}
        </ul>
      )}
      {shares.length < SHARES_MAX && (
        <PathField
          label="Add a folder"
          placeholder="/home/me/work"
          chooses="folder"
          choose={choose}
          value={typed}
          error={isRelative ? 'The whole path, starting with /.' : undefined}
          hint={typed === '' ? undefined : 'Enter adds it, read-only.'}
          onPath={(path) => {
            setTyped(path);
            onType();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && typed.startsWith('/')) void add(typed.trim());
            if (event.key === 'Escape') setTyped('');
          }}
        />
      )}
      {shares.length > 0 && (
        <>
          <Note level="warn">{SHARES_WARNING}</Note>
          <p className="xs sec">{SHARES_CAVEAT}</p>
        </>
      )}
    </div>
  );
}
