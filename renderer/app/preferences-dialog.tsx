import { bridge } from '../lib/bridge.js';
import { setPreferences, usePreferences } from '../stores/preferences-store.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Segmented } from '../ui/segmented.js';
import { ConsolePreferences } from './console-preferences.js';

/** Theme, text size, and how consoles look and behave. Each takes effect at once. */
export function PreferencesDialog({ onClose }: { onClose: () => void }) {
  const { theme, textPercent } = usePreferences((preferences) => preferences);
  return (
    <Dialog
      title="Preferences"
      onClose={onClose}
      footer={
        <>
          <span className="xs ter">
            Paddock {bridge.facts.version}
            {bridge.facts.sandboxOff && ', sandbox off (running as root)'}
          </span>
          <span className="end">
            <Button onClick={onClose}>Close</Button>
          </span>
        </>
      }
    >
      <div className="col preferencelist">
        <dl className="kv preferences">
          <dt className="lab">Theme</dt>
          <dd>
            <Segmented
              label="Theme"
              value={theme}
              choices={[
                { value: 'system', title: 'As the system' },
                { value: 'light', title: 'Light' },
                { value: 'dark', title: 'Dark' },
                { value: 'contrast', title: 'High contrast' },
              ]}
              onChange={(next) => setPreferences({ theme: next })}
            />
          </dd>
          <dt className="lab">Text size</dt>
          <dd>
            <Segmented
              label="Text size"
              value={String(textPercent)}
              choices={['90', '100', '115', '130', '150', '200'].map((value) => ({
                value,
                title: `${value} %`,
              }))}
              onChange={(next) => setPreferences({ textPercent: Number(next) })}
            />
          </dd>
        </dl>
        <ConsolePreferences />
      </div>
    </Dialog>
  );
}
