import type { VmView } from '@shared/vms/vm-view.js';
import { Button } from '../../ui/button.js';
import { ClockIcon } from '../../ui/icons.js';
import { useNow } from '../../lib/use-now.js';
import { nextRungText, rungText } from './machine-words.js';

/** While a machine is being stopped: what is tried now, and when something harder comes. */
export function StopCountdown({ vm, onWaitLonger }: { vm: VmView; onWaitLonger: () => void }) {
  const { stopping } = vm;
  const nextAt = stopping?.nextAt ?? null;
  const now = useNow(250, nextAt !== null);
  if (!stopping) return null;
  const seconds = nextAt === null ? null : Math.max(0, Math.ceil((Date.parse(nextAt) - now) / 1000));
  return (
    <>
      <span className="countdown xs sec ell">
        {vm.restarting && 'Restarting. '}
        {rungText(stopping.rung)}
        {seconds !== null && (
          <span className="num">
            , then {nextRungText(stopping.rung)} in {seconds} s
          </span>
        )}
      </span>
      {stopping.rung === 'shutdown' && (
        <Button
          variant="quiet"
          collapses
          className="longer"
          icon={<ClockIcon />}
          aria-label="Wait longer"
          title="Gives the guest a minute more"
          onClick={onWaitLonger}
        >
          Wait longer
        </Button>
      )}
    </>
  );
}
