import { runModeWords } from '@shared/kernels/run-mode.js';
import { formatBytes } from '@shared/amounts.js';
import { consoleText } from '@shared/consoles/console-text.js';
import type { HostState } from '@shared/api/state.js';
import { linkText } from '@shared/networks/nic-choice.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { describeError } from '@shared/errors/paddock-error.js';
import { rootText } from '@shared/vms/boot.js';
import { readinessText } from '@shared/vms/readiness.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';

/** All that is known of a machine, for people. */
export function vmFacts(
  vm: VmView,
  { vms: all, networks }: Pick<HostState, 'vms' | 'networks'>,
): { what: string; text: string }[] {
  const end = vm.lastEnd && stopReasonText(vm.lastEnd.reason);
  const problem = vm.problem && describeError(vm.problem);
  const nameOf = (id: string): string => all[id]?.name ?? id;
  const facts: [string, string | null][] = [
    ['Name', vm.name],
    ['State', `${vm.state} since ${vm.stateSince} (${vm.stateCause})`],
    ['Waits until', vm.waiting && `${vm.waiting.name} ${readinessText(vm.waiting.ready)}`],
    ['Problem', problem && problem.sentence],
    ['Last stop', end && end.sentence],
    ['What to do', problem?.fix || end?.fix || null],
    ['Run', vm.runNumber === 0 ? 'never started' : `${vm.runNumber}, started ${vm.runStartedAt ?? ''}`],
    ['Login prompt', vm.loginAt],
    ['Guest tools', guestToolsText(vm)],
    ['Addresses', vm.guestTools?.addresses.join(', ') || null],
    ['Reboots in place', vm.reboots === 0 ? null : String(vm.reboots)],
    ['Last message', vm.lastMessage && `${vm.lastMessage.text} (${vm.lastMessage.at})`],
    ['Process', vm.pid === null ? null : `${vm.pid}${vm.cpu === null ? '' : ` on CPU ${vm.cpu}`}`],
    ['Kernel', `${vm.kernelPath}${vm.kernelVersion === '' ? '' : ` (${vm.kernelVersion})`}`],
    ['Runs with', runModeWords(vm.runMode).join(' ') || null],
    [
      'Memory',
      `${vm.memoryMiB} MB${vm.memoryTakenMiB === 0 ? '' : `, ${vm.memoryTakenMiB} MB of it taken from the guest`}${vm.memoryFolder === null ? '' : ` in ${vm.memoryFolder}`}`,
    ],
    ['Consoles', vm.consoles.map(consoleText).join(' ') || 'none'],
    ...vm.nics.map(({ unit, link, mac }): [string, string] => [
      `Network card ${unit}`,
      `${linkText(link, (id) => networks[id]?.name ?? id)}, ${mac}`,
    ]),
    ['Boots from', rootText(vm.boot.root)],
    ['Image', vm.imageId === '' ? null : vm.imageId],
    [
      'Layer',
      vm.layer &&
        `${formatBytes(vm.layer.changedBytes)} changed, ${formatBytes(vm.layer.onDiskBytes)} on disk`,
    ],
    ['Console logs', formatBytes(vm.logBytes)],
    ['Group', vm.group],
    ['Tags', vm.tags.length === 0 ? null : vm.tags.join(', ')],
    ['CPU', vm.pin === 'auto' ? 'one, of Paddock’s choice' : vm.pin === 'off' ? 'any' : String(vm.pin)],
    ['Starts by itself', vm.autostart ? 'at login' : 'no'],
    [
      'Starts after',
      vm.startAfter.length === 0
        ? null
        : vm.startAfter.map(({ vmId, ready }) => `${nameOf(vmId)} ${readinessText(ready)}`).join(', '),
    ],
  ];
  return facts.flatMap(([what, text]) => (text === null ? [] : [{ what, text }]));
}

function guestToolsText(vm: VmView): string {
  if (vm.guestTools !== null)
    return vm.guestTools.usable
      ? `version ${vm.guestTools.version}, ready since ${vm.guestTools.readyAt ?? ''}`
      : `version ${vm.guestTools.version}, which this Paddock does not speak`;
  if (vm.adopted && isLive(vm.state)) return 'lost with the earlier host; a restart brings them back';
  if (vm.guestToolsMissing) return 'silent; restart it, so that its consoles take new sizes again';
  return vm.guestToolsExpected ? 'expected' : 'none';
}
