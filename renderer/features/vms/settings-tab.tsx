import { useEffect, useState } from 'react';
import type { CallOutput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import type { Image } from '@shared/images/image.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes, formatMoment, plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { CommandBlock } from '../../ui/command-block.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ErrorNote } from '../../ui/note.js';
import '../../ui/page.css';

/** What a machine is made of, and the exact command that starts it. */
export function SettingsTab({ vm, image }: { vm: VmView; image: Image | null }) {
  const [command, setCommand] = useState<Outcome<CallOutput<'vms.commandLine'>> | null>(null);
  useEffect(() => {
    let isShown = true;
    void callHost('vms.commandLine', { id: vm.id }).then((outcome) => {
      if (isShown) setCommand(outcome);
    });
    return () => {
      isShown = false;
    };
  }, [vm.id]);

  return (
    <div className="page narrow">
      <div>
        <h2>Made of</h2>
        <dl className="kv facts">
          <dt>Memory</dt>
          <dd>{vm.memoryMiB} MB</dd>
          <dt>Kernel</dt>
          <dd>
            <span className="mono">{vm.kernelPath}</span> {vm.kernelVersion}
          </dd>
          <dt>Image</dt>
          <dd>
            {image ? `${image.name}, ${formatBytes(image.sizeBytes)}` : vm.imageId}
            {image && <span className="ter"> {image.origin}</span>}
          </dd>
          <dt>Consoles</dt>
          <dd>{vm.consoles === 1 ? 'con0' : `con0 to con${vm.consoles - 1}`}</dd>
          <dt>Made</dt>
          <dd>{formatMoment(vm.createdAt)}</dd>
          <dt>Runs</dt>
          <dd>
            {vm.runNumber === 0 ? 'never started' : plural(vm.runNumber, 'run')}, {formatBytes(vm.logBytes)}{' '}
            of console log
          </dd>
        </dl>
        <div className="row sectionhead">
          <h3>Command line</h3>
          <span className="ter xs">of the next start, nothing left out</span>
          {command?.ok && (
            <span className="end">
              <CopyButton className="edge" write={() => bridge.clipboard.writeText(command.value.text)} />
            </span>
          )}
        </div>
        {command?.ok && <CommandBlock lines={command.value.argv.map((word) => [word])} />}
        {command && !command.ok && <ErrorNote error={command.error} />}
      </div>
    </div>
  );
}
