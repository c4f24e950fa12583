import { useEffect, useState } from 'react';
import type { MergePlan } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { callHost } from '../../stores/connection-store.js';

/** A plan is asked for when typing rests this long. */
const REST_MS = 150;

/** What merging under a name would do. */
export interface MergePlanning {
  /** The latest answer, perhaps still about the name before; null when there is none worth showing. */
  outcome: Outcome<MergePlan> | null;
  /** True when the answer is about the present name. */
  isFresh: boolean;
}

/** The plan for merging under a name, kept up to date while `isWanted`. */
export function useMergePlan(vmId: VmId, imageName: string, isWanted: boolean): MergePlanning {
  const [plan, setPlan] = useState<{ name: string; outcome: Outcome<MergePlan> } | null>(null);
  useEffect(() => {
    if (!isWanted || imageName === '') return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void callHost('layers.planMerge', { vmId, imageName }).then((outcome) => {
        if (isCurrent) setPlan({ name: imageName, outcome });
      });
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [vmId, imageName, isWanted]);
  const isFresh = plan?.name === imageName;
  // An old picture is better than a blank; an old error is not.
  return { outcome: plan && (isFresh || plan.outcome.ok) ? plan.outcome : null, isFresh };
}
