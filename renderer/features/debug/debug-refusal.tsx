import type { VmView } from '@shared/vms/vm-view.js';
import { forgetRefusal, useDebugRefusal } from '../../stores/debug-store.js';
import { Button } from '../../ui/button.js';
import { ErrorNote } from '../../ui/note.js';

/** Why a debugger could not be attached, until it was read. */
export function DebugRefusal({ vm }: { vm: VmView }) {
  const error = useDebugRefusal(vm.id);
  if (!error) return null;
  return (
    <div className="callerror">
      <ErrorNote error={error}>
        <div className="row notedeeds">
          <Button variant="quiet" onClick={() => forgetRefusal(vm.id)}>
            Close
          </Button>
        </div>
      </ErrorNote>
    </div>
  );
}
