import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive } from '@shared/jobs/job.js';
import { rateText } from '@shared/networks/impairment.js';
import type { NetworkEnd, NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatMoment } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { PulseIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';

/** What the measurements of a link take. */
interface LinkMeasurementsProps {
  network: NetworkView;
  end: NetworkEnd;
  vms: Readonly<Record<string, VmView>>;
  isOn: boolean;
}

const keyOf = ({ vmId, unit }: Pick<NetworkEnd, 'vmId' | 'unit'>): string => `${vmId}-${unit}`;

/** Has the guest of a link measure the way to another, and shows what was found. */
export function LinkMeasurements({ network, end, vms, isOn }: LinkMeasurementsProps) {
  const jobs = useHost((state) => state.jobs);
  const [chosen, choose] = useState<string | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const [refused, setRefused] = useState<PaddockError | null>(null);
  const name = (vmId: string): string => vms[vmId]?.name ?? vmId;
  const others = network.ends.filter((other) => other.vmId !== end.vmId);
  const other =
    others.find((one) => keyOf(one) === chosen) ?? others.find(({ device }) => device !== null) ?? others[0];
  const job = jobId === null ? undefined : jobs[jobId];
  const isBusy = job !== undefined && isJobActive(job.state);
  const error = refused ?? job?.error ?? null;
  const mine = network.measurements.filter(({ from, to }) => [keyOf(from), keyOf(to)].includes(keyOf(end)));
  const measure = async (): Promise<void> => {
    if (!other) return;
    const outcome = await callHost('links.measure', {
      from: { networkId: network.id, vmId: end.vmId, unit: end.unit },
      to: { vmId: other.vmId, unit: other.unit },
    });
    setRefused(outcome.ok ? null : outcome.error);
    setJobId(outcome.ok ? outcome.value.jobId : null);
  };
  return (
    <div className="linkmeasurements">
      {others.length > 1 && other && (
        <SelectField
          label="Measure the way to"
          value={keyOf(other)}
          choices={others.map((one) => ({
            value: keyOf(one),
            title: name(one.vmId),
            text: one.address ?? '',
          }))}
          onChange={choose}
        />
      )}
      <div className="row wrap">
        <Button
          icon={<PulseIcon />}
          reason={
            !other
              ? 'Nobody else is on this network.'
              : !isOn
                ? `${name(end.vmId)} is off.`
                : other.device === null
                  ? `${name(other.vmId)} is off.`
                  : isBusy
                    ? 'It is measured now.'
                    : null
          }
          onClick={() => void measure()}
        >
          {other && others.length === 1 ? `Measure to ${name(other.vmId)}` : 'Measure'}
        </Button>
        {isBusy && (
          <span className="xs sec" role="status">
            {job.steps.find(({ state }) => state === 'now')?.title ?? 'Measuring'}…
          </span>
        )}
      </div>
      {error && <ErrorNote error={error} />}
      {mine.length > 0 && (
        <ul className="capturelist" aria-label="Measurements">
          {mine.map(({ from, to, thereBits, backBits, milliseconds, by, at }) => (
            <li key={`${keyOf(from)} ${keyOf(to)}`} title={`${formatMoment(at)}, by ${by}`}>
              <span className="xs">
                {name(from.vmId)} to {name(to.vmId)}
              </span>
              <span className="xs sec end">
                {rateText(thereBits)} there, {rateText(backBits)} back
                {milliseconds !== null && `, ${milliseconds.toPrecision(3)} ms`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
