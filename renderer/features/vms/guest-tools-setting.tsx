import { noDisksReason } from '@shared/vms/boot.js';
import { useState } from 'react';
import { describeError, type PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { PlusIcon } from '../../ui/icons.js';
import { guestToolsOffer, guestToolsText } from './guest-tools-words.js';
import { SettingRow } from './setting-row.js';

/** What the row takes. */
export interface GuestToolsSettingProps {
  vm: VmView;
  /** All jobs: one may be adding them. */
  jobs: Readonly<Record<string, Job>>;
}

/** Whether the guest has Paddock's tools, and a way to give them to it. */
export function GuestToolsSetting({ vm, jobs }: GuestToolsSettingProps) {
  const [refusal, setRefusal] = useState<PaddockError | null>(null);
  const job = Object.values(jobs)
    .filter((other) => other.kind === 'install-guest-tools' && other.vmId === vm.id)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  const isAdding = job !== undefined && isJobActive(job.state);
  const offer = guestToolsOffer(vm);
  const error = refusal ?? (offer === null ? null : (job?.error ?? null));
  const add = async (): Promise<void> => {
    setRefusal(null);
    const outcome = await callHost('guest.installTools', { id: vm.id });
    if (!outcome.ok) setRefusal(outcome.error);
  };
  return (
    <SettingRow
      title="Guest tools"
      text="A small shell script in the guest. It gives fast consoles that take new sizes, tells when the guest is ready and what its addresses are, shuts it down cleanly, and runs commands and copies files for “paddock exec” and “paddock copy”. Nothing else needs it."
      counts={isAdding ? 'They are being added.' : undefined}
      isSaved={false}
      error={error && errorWords(error)}
    >
      <div className="row wrap">
        <span className="grow">{guestToolsText(vm)}</span>
        {offer !== null && (
          <Button icon={<PlusIcon />} reason={whyNot(vm, isAdding)} onClick={() => void add()}>
            {offer === 'update' ? 'Update them' : 'Add them'}
          </Button>
        )}
      </div>
    </SettingRow>
  );
}

function errorWords(error: PaddockError): string {
  const { sentence, fix } = describeError(error);
  return [sentence, fix, ...(error.detail?.lastLines.slice(-3) ?? [])].join(' ').trim();
}

function whyNot(vm: VmView, isAdding: boolean): string | null {
  if (isAdding) return 'They are being added.';
  const none = noDisksReason(vm);
  if (none !== null) return none;
  if (isLive(vm.state)) return 'It is running. Shut it down first.';
  const allowance = vmActionAllowance('delete', vm.state);
  return allowance.allowed ? null : allowance.reason;
}
