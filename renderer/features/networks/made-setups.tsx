import type { HostSetup, HostSetupView } from '@shared/networks/host-setup.js';
import { Button } from '../../ui/button.js';

/** What the list takes. */
interface MadeSetupsProps {
  setups: readonly HostSetupView[];
  isBusy: boolean;
  onUndo: (name: string) => void;
}

/** Everything that root made for Paddock on this computer, of whatever kind, and the way back from each. */
export function MadeSetups({ setups, isBusy, onUndo }: MadeSetupsProps) {
  return (
    <section aria-labelledby="made-title">
      <h3 id="made-title">Made by Paddock</h3>
      <ul className="hosttaps" aria-labelledby="made-title">
        {setups.map(({ setup, state, use }) => (
          <li key={setup.name}>
            <span className="mono">{setup.name}</span>
            <span className="sec">
              {kindText(setup, use)}
              {stateTexts[state]}
            </span>
            <Button
              variant="quiet"
              reason={isBusy ? 'It is being done.' : null}
              onClick={() => onUndo(setup.name)}
            >
              Undo {setup.name}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const stateTexts: Readonly<Record<HostSetupView['state'], string>> = {
  there: '',
  'gone-with-restart': '; gone since this computer restarted',
  gone: '; somebody took it away',
};

function kindText(setup: HostSetup, use: string): string {
  switch (setup.kind) {
    case 'tap':
      return 'a tap';
    case 'bridge':
      return `a tap in the bridge ${setup.bridge}`;
    case 'veth':
      return `a wire, whose other end ${use} is for the raw transport`;
    case 'kernel':
      return `a kernel that may open raw sockets: ${use}`;
  }
}
