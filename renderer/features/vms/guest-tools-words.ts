import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';

/** What can be done about a machine's guest tools: they are given to it, or new ones in place of those that speak otherwise. */
export function guestToolsOffer({
  guestTools,
  guestToolsExpected,
}: Pick<VmView, 'guestTools' | 'guestToolsExpected'>): 'add' | 'update' | null {
  if (guestTools !== null) return guestTools.usable ? null : 'update';
  return guestToolsExpected ? null : 'add';
}

/** What is known of a machine's guest tools, in a few words. */
export function guestToolsText(vm: VmView): string {
  const tools = vm.guestTools;
  if (tools !== null)
    return tools.usable
      ? `Version ${tools.version}, ready`
      : `Version ${tools.version}, which this Paddock doesn’t speak`;
  if (vm.adopted && isLive(vm.state)) return 'Lost with the earlier host; a restart brings them back';
  if (vm.guestToolsMissing) return 'Silent in this run';
  if (!vm.guestToolsExpected) return 'Not there';
  return isLive(vm.state) ? 'Not heard of yet' : 'There, from the next start on';
}
