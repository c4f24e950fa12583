import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { hostSetupSchema, tapText, type HostSetup } from '@shared/networks/host-setup.js';
import { bridge } from '../../lib/bridge.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { HostCommands } from './host-commands.js';
import { MadeSetups } from './made-setups.js';
import './host-setup-dialog.css';

/** What the dialog takes. */
interface HostSetupDialogProps {
  name: string;
  onClose: () => void;
  /** A card is to be led to this tap. */
  onUse: (ifname: string) => void;
}

/** What only root can make of this computer: the list of its commands to review, carried out once or copied, and undone. */
export function HostSetupDialog({ name: firstName, onClose, onUse }: HostSetupDialogProps) {
  const [kind, setKind] = useState<'tap' | 'bridge'>('tap');
  const [name, setName] = useState(firstName);
  const [address, setAddress] = useState('192.168.77.1/24');
  const [switchName, setSwitchName] = useState('br0');
  const [uplink, setUplink] = useState('');
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [moment, setMoment] = useState(0);
  const parsed = hostSetupSchema.safeParse(
    kind === 'tap'
      ? { kind, name, address: address.trim() === '' ? null : address.trim() }
      : { kind, name, bridge: switchName, uplink: uplink.trim() === '' ? null : uplink.trim() },
  );
  const setup: HostSetup | null = parsed.success ? parsed.data : null;
  const faultOf = (field: string): string | null =>
    parsed.error?.issues.some(({ path }) => path[0] === field) === true ? (faults[field] ?? '') : null;
  const planned = useAnswer('hostSetups.plan', setup && { setup }, String(moment));
  const listed = useAnswer('hostSetups.list', {}, String(moment));
  const plan = planned?.ok ? planned.value : null;
  const found = listed?.ok ? listed.value : null;
  const made = found?.setups ?? [];
  const mine = made.find(({ setup: one }) => one.name === name && one.kind === kind);
  const act = async (
    deed: () => Promise<{ ok: true } | { ok: false; error: PaddockError }>,
  ): Promise<void> => {
    setIsBusy(true);
    setError(null);
    const outcome = await deed();
    setIsBusy(false);
    setMoment((one) => one + 1);
    if (!outcome.ok) setError(outcome.error);
  };
  const isThere = mine?.state === 'there';
  const changed =
    (set: (value: string) => void) =>
    (event: { target: { value: string } }): void => {
      setError(null);
      set(event.target.value);
    };
  return (
    <Dialog
      title="Set up this computer"
      text="Once, by root; then your machines use it without. It stays until it is undone or this computer restarts."
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            {isThere ? (
              <>
                <Button
                  reason={isBusy ? 'It is being done.' : null}
                  onClick={() => void act(() => callHost('hostSetups.undo', { name }))}
                >
                  Undo
                </Button>
                <Button variant="primary" onClick={() => onUse(name)}>
                  Use {name}
                </Button>
              </>
            ) : (
              <>
                <Button onClick={onClose}>Close</Button>
                <Button
                  variant="primary"
                  reason={
                    isBusy ? 'It is being done.' : setup === null ? 'Correct it first.' : (plan?.why ?? null)
                  }
                  onClick={() => setup && void act(() => callHost('hostSetups.run', { setup }))}
                >
                  {found?.isRoot === true ? 'Run the list' : 'Run the list as root…'}
                </Button>
              </>
            )}
          </span>
        </>
      }
    >
      <div className="networkfields">
        <ChoiceRows
          label="What a card reaches"
          value={kind}
          choices={[
            {
              value: 'tap',
              title: 'This computer',
              text: 'A tap of yours, with an address for this computer.',
            },
            {
              value: 'bridge',
              title: 'The wire of an interface',
              text: 'A tap in a bridge: the guest is on that network as this computer is.',
            },
          ]}
          onChange={setKind}
        />
        <TextField label="Name of the tap" value={name} error={faultOf('name')} onChange={changed(setName)} />
        {kind === 'tap' ? (
          <TextField
            label="Address of this computer on it"
            value={address}
            error={faultOf('address')}
            hint="With its range; the guest gets another of it. Empty: none."
            onChange={changed(setAddress)}
          />
        ) : (
          <>
            <TextField
              label="Bridge"
              value={switchName}
              error={faultOf('bridge')}
              onChange={changed(setSwitchName)}
            />
            <TextField
              label="Interface to make it around"
              value={uplink}
              error={faultOf('uplink')}
              hint="Such as eth1, one without an address. Empty: the bridge is there already."
              onChange={changed(setUplink)}
            />
          </>
        )}
        {plan && !isThere && (
          <HostCommands
            title="What root runs"
            commands={plan.plan.make}
            tools={
              <CopyButton write={() => bridge.clipboard.writeText(plan.script)}>Copy the list</CopyButton>
            }
          />
        )}
        {plan && (
          <HostCommands
            title={isThere ? 'What undoing runs' : 'What undoes it'}
            commands={plan.plan.undo}
            tools={
              <CopyButton write={() => bridge.clipboard.writeText(plan.undoScript)}>Copy the undo</CopyButton>
            }
          />
        )}
        {plan?.why != null && !isThere && <Note>It can’t be carried out now: {plan.why}.</Note>}
        {mine?.state === 'gone-with-restart' && (
          <Note>{name} was there until this computer restarted. The same list makes it again.</Note>
        )}
        {made.length > 0 && (
          <MadeSetups
            setups={made}
            isBusy={isBusy}
            onUndo={(one) => void act(() => callHost('hostSetups.undo', { name: one }))}
          />
        )}
        {found && found.taps.length > 0 && (
          <section aria-labelledby="taps-title">
            <h3 id="taps-title">Taps of this computer</h3>
            <ul className="hosttaps">
              {found.taps.map((tap) => (
                <li key={tap.ifname}>
                  <span className="mono">{tap.ifname}</span>
                  <span className="sec">{tapText(tap)}</span>
                  {tap.owner === 'you' && (
                    <Button variant="quiet" onClick={() => onUse(tap.ifname)}>
                      Use {tap.ifname}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Dialog>
  );
}

const interfaceFault = '1 to 15 letters, digits, dots, dashes or underlines.';
const faults: Record<string, string> = {
  name: interfaceFault,
  bridge: interfaceFault,
  uplink: interfaceFault,
  address: 'Such as 192.168.77.1/24.',
};
