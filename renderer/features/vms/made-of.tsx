import { whereItLeads } from '@shared/consoles/channel-words.js';
import { consoleText } from '@shared/consoles/console-text.js';
import { useState } from 'react';
import type { Image } from '@shared/images/image.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { GUEST_ROOT, rootText } from '@shared/vms/boot.js';
import { spareConsole } from '@shared/vms/wiring.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { fileName, formatBytes, formatMoment } from '../../lib/format.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { CommandBlock } from '../../ui/command-block.js';
import { CopyButton } from '../../ui/copy-button.js';
import { TerminalIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { guestToolsText } from './guest-tools-words.js';
import '../../ui/page.css';

/** Where UML keeps a machine's memory when nobody chose a folder. */
export const USUAL_MEMORY_FOLDER = '/dev/shm';

/** What the card takes. */
export interface MadeOfProps {
  vm: VmView;
  image: Image | null;
  kernel: Kernel | null;
}

/** What a machine is made of, and the exact command that starts it. */
export function MadeOf({ vm, image, kernel }: MadeOfProps) {
  const [isShown, setIsShown] = useState(false);
  return (
    <section className="card" aria-label="Made of">
      <header>
        <h3>Made of</h3>
        <Button
          variant="quiet"
          className="end edge"
          icon={<TerminalIcon />}
          aria-expanded={isShown}
          onClick={() => setIsShown(!isShown)}
        >
          {isShown ? 'Hide command' : 'Show command'}
        </Button>
      </header>
      <div className="body">
        <dl className="kv">
          <dt>Kernel</dt>
          <dd title={vm.kernelPath}>
            {fileName(vm.kernelPath)} {vm.kernelVersion || kernel?.version}
          </dd>
          <dt>{vm.boot.root.kind === 'disk' ? 'Disk' : 'Boots from'}</dt>
          <dd>
            <Disk vm={vm} image={image} />
          </dd>
          <dt>Memory</dt>
          <dd>
            {vm.memoryMiB} MB in <span className="mono">{vm.memoryFolder ?? USUAL_MEMORY_FOLDER}</span>
          </dd>
          <dt>CPU</dt>
          <dd>{cpuText(vm)}</dd>
          <dt>Consoles</dt>
          <dd>{consolesText(vm)}</dd>
          <dt>Guest tools</dt>
          <dd>{guestToolsText(vm)}</dd>
          {vm.guestTools !== null && vm.guestTools.addresses.length > 0 && (
            <>
              <dt>Addresses</dt>
              <dd className="mono">{vm.guestTools.addresses.join(', ')}</dd>
            </>
          )}
          <dt>Made</dt>
          <dd>{formatMoment(vm.createdAt)}</dd>
        </dl>
        {isShown && <Command vm={vm} />}
      </div>
    </section>
  );
}

function Disk({ vm, image }: { vm: VmView; image: Image | null }) {
  if (vm.taken) return <>its own, as its command line says</>;
  const { root } = vm.boot;
  if (root.kind !== 'disk') return <>{rootText(root)}</>;
  if (!vm.layer) return <>a layer that can’t be read</>;
  return (
    <span title={`${vm.layer.path} on ${vm.layer.basePath}`}>
      <span className="mono">{fileName(vm.layer.path)}</span> on{' '}
      <span className="mono">{fileName(vm.layer.basePath)}</span>
      {root.partition !== null && `, booted from partition ${root.partition}`}
      {image && `, ${formatBytes(image.sizeBytes)}`}
    </span>
  );
}

function cpuText(vm: VmView): string {
  if (vm.cpu !== null) return `kept on CPU ${vm.cpu}${vm.pin === 'auto' ? ', which Paddock chose' : ''}`;
  if (isLive(vm.state) || vm.pin === 'off') return 'any';
  return vm.pin === 'auto' ? 'one that Paddock chooses at the start' : `CPU ${vm.pin} from the next start on`;
}

function consolesText(vm: VmView): string {
  const own = vm.consoles.map(lineText).join(', ') || 'none';
  return vm.taken || spareConsole(vm) === null ? own : `${own}, one spare`;
}

/** A tab by its name, another line with where it leads. */
function lineText({ line, channel }: VmView['consoles'][number]): string {
  return channel.kind === 'tab' ? line : `${line} (${whereItLeads(channel)})`;
}

/** The exact command of the next start. */
function Command({ vm }: { vm: VmView }) {
  // Settings and kernel are in it.
  const command = useAnswer(
    'vms.commandLine',
    { id: vm.id },
    `${vm.memoryMiB} ${vm.kernelPath} ${vm.state} ${vm.consoles.map(consoleText).join(' ')}`,
  );
  if (!command) return null;
  return (
    <div className="madeofcommand">
      {command.ok ? (
        <CommandBlock
          lines={command.value.argv.map((word) => [word])}
          tools={<CopyButton write={() => bridge.clipboard.writeText(command.value.text)} />}
        />
      ) : (
        <ErrorNote error={command.error} />
      )}
      {vm.boot.root.kind !== 'disk' && (
        <p className="hint">
          Paddock runs it in a namespace of its own, where {GUEST_ROOT} is what it boots from and nothing else
          can be written.
        </p>
      )}
    </div>
  );
}
