import { useState } from 'react';
import { hostInterfaceSchema } from '@shared/networks/host-setup.js';
import type { Link } from '@shared/networks/nic.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { HostSetupDialog } from './host-setup-dialog.js';

/** The tap of this computer that a card is led to, and a way to have root make one. */
export function TapField({ ifname, onLink }: { ifname: string; onLink: (link: Link) => void }) {
  const [typed, setTyped] = useState(ifname);
  const [isSettingUp, setIsSettingUp] = useState(false);
  const fault = /^[^/:\s,"']{1,15}$/.test(typed) ? null : '1 to 15 characters, without / : , and spaces.';
  const save = (): void => {
    if (fault === null && typed !== ifname) onLink({ kind: 'tap', ifname: typed });
  };
  return (
    <div className="forwardadd">
      <TextField
        label="Tap"
        value={typed}
        error={fault}
        hint="Its name on this computer, such as tap0."
        onChange={(event) => setTyped(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && save()}
      />
      <Button onClick={() => setIsSettingUp(true)}>Set it up…</Button>
      {isSettingUp && (
        <HostSetupDialog
          name={hostInterfaceSchema.safeParse(typed).success ? typed : 'tap0'}
          onClose={() => setIsSettingUp(false)}
          onUse={(name) => {
            setIsSettingUp(false);
            setTyped(name);
            onLink({ kind: 'tap', ifname: name });
          }}
        />
      )}
    </div>
  );
}
