import { Button, IconButton } from '../../ui/button.js';
import {
  BackIcon,
  ExportIcon,
  MoreIcon,
  PlayIcon,
  PlugIcon,
  PlusIcon,
  PowerIcon,
  RedoIcon,
  SortIcon,
  SwitchIcon,
} from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { Segmented } from '../../ui/segmented.js';
import { redo, undo, useHistory } from './canvas/history.js';
import '../../ui/place.css';

/** How networks are shown. */
export type NetworksLook = 'canvas' | 'list';

/** What the bar takes. */
interface NetworksBarProps {
  summary: string;
  look: NetworksLook;
  onLook: (look: NetworksLook) => void;
  onNewMachine: () => void;
  onNewNetwork: (kind: 'switch' | 'cable') => void;
  onLabs: () => void;
  onTidy: () => void;
  onPicture: (kind: 'svg' | 'png') => void;
  onStartAll: () => void;
  onStopAll: () => void;
  /** Why there is nothing to start or stop. */
  reasonAgainstStart: string | null;
  reasonAgainstStop: string | null;
  isEmpty: boolean;
}

/** What can be done in the place of networks. */
export function NetworksBar(props: NetworksBarProps) {
  const { summary, look, onLook, onNewMachine, onNewNetwork, onTidy, onPicture, isEmpty } = props;
  const { past, future } = useHistory();
  const last = past.at(-1);
  const next = future[0];
  const nothing = isEmpty ? 'There is nothing on the canvas yet.' : null;
  return (
    <header className="placebar">
      <h1>Networks</h1>
      <span className="ter ell grow">{summary}</span>
      <Segmented
        label="Shown as"
        value={look}
        choices={[
          { value: 'canvas', title: 'Canvas' },
          { value: 'list', title: 'List' },
        ]}
        onChange={onLook}
      />
      <Button variant="quiet" collapses icon={<PlusIcon />} aria-label="New machine…" onClick={onNewMachine}>
        Machine
      </Button>
      <Button
        variant="quiet"
        collapses
        icon={<SwitchIcon />}
        aria-label="New switch…"
        onClick={() => onNewNetwork('switch')}
      >
        Switch
      </Button>
      <Button
        variant="quiet"
        collapses
        icon={<PlugIcon />}
        aria-label="New cable…"
        onClick={() => onNewNetwork('cable')}
      >
        Cable
      </Button>
      <Button variant="quiet" className="hide-s" onClick={props.onLabs}>
        Labs…
      </Button>
      <IconButton
        label={last ? `Undo: ${last.title}` : 'Undo'}
        icon={<BackIcon />}
        reason={last ? null : 'Nothing was done here that could be taken back.'}
        onClick={() => void undo()}
      />
      <IconButton
        label={next ? `Do again: ${next.title}` : 'Do again'}
        icon={<RedoIcon />}
        reason={next ? null : 'Nothing was taken back.'}
        onClick={() => void redo()}
      />
      <Menu trigger={<IconButton label="More" icon={<MoreIcon />} />}>
        <MenuItem
          icon={<SortIcon />}
          title="Tidy up"
          text="Puts everything in its place by who is wired to whom."
          reason={nothing}
          onChoose={onTidy}
        />
        <MenuItem
          icon={<ExportIcon />}
          title="Export as SVG…"
          text="A drawing to print or to edit."
          reason={nothing}
          onChoose={() => onPicture('svg')}
        />
        <MenuItem
          icon={<ExportIcon />}
          title="Export as PNG…"
          text="A picture, twice as fine as it is shown here."
          reason={nothing}
          onChoose={() => onPicture('png')}
        />
        <MenuItem
          icon={<PlayIcon />}
          title="Start all"
          text="Every machine that is wired to something."
          reason={props.reasonAgainstStart}
          onChoose={props.onStartAll}
        />
        <MenuItem
          icon={<PowerIcon />}
          title="Shut all down"
          text="Every machine that is wired to something; each saves its files first."
          reason={props.reasonAgainstStop}
          onChoose={props.onStopAll}
        />
      </Menu>
    </header>
  );
}
