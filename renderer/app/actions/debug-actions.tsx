import { attachedTool, type DebugTool, type StraceFilter } from '@shared/debug/debug-tool.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { focusConsole } from '../../features/consoles/console-commands.js';
import { startDebugging } from '../../stores/debug-store.js';
import { openDialog, selectMachine } from '../../stores/ui-store.js';
import { LogIcon, MendIcon, PulseIcon } from '../../ui/icons.js';
import type { ActionDefinition } from './action.js';

function attach(
  id: string,
  tool: DebugTool,
  filter: StraceFilter,
  more: Pick<ActionDefinition, 'icon' | 'title' | 'detail' | 'words'>,
): ActionDefinition {
  return {
    id,
    scope: 'machine',
    ...more,
    applies: ({ vms }) => vms.length === 1,
    reason: ({ vms: [vm] }) => (vm ? whyNot(vm) : null),
    run: ({ vms: [vm] }) => {
      if (!vm) return;
      selectMachine(vm.id, 'consoles');
      void startDebugging(vm.id, tool, filter).then(focusConsole);
    },
  };
}

function whyNot(vm: VmView): string | null {
  if (!isLive(vm.state)) return 'It is not running.';
  const tool = attachedTool(vm.debug);
  return tool === null ? null : `${tool} is attached, and only one program can be.`;
}

/** What looks into a machine's kernel. */
export const debugActions: readonly ActionDefinition[] = [
  attach('debug-gdb', 'gdb', 'all', {
    icon: <MendIcon />,
    title: () => 'Debug with gdb',
    detail: 'attach to its kernel; it goes on until you stop it',
    words: 'debugger attach breakpoint backtrace kernel',
  }),
  attach('debug-strace', 'strace', 'all', {
    icon: <PulseIcon />,
    title: () => 'Trace system calls',
    detail: 'what its kernel asks of this computer, by strace',
    words: 'strace debug kernel syscall',
  }),
  attach('debug-strace-files', 'strace', 'files', {
    icon: <PulseIcon />,
    title: () => 'Trace system calls about files',
    detail: 'by strace',
    words: 'strace debug disk',
  }),
  attach('debug-strace-network', 'strace', 'network', {
    icon: <PulseIcon />,
    title: () => 'Trace system calls about its network',
    detail: 'by strace',
    words: 'strace debug socket',
  }),
  {
    id: 'debug-valgrind',
    scope: 'machine',
    icon: <PulseIcon />,
    title: () => 'Boot under valgrind',
    detail: 'not possible with any kernel so far',
    words: 'memcheck memory',
    applies: ({ vms }) => vms.length === 1,
    // Tried with 3.19 and Debian's 6.1 (docs/decisions/0036): "Valgrind does not support general clone()".
    reason: () =>
      'valgrind ends at the first thread that User Mode Linux makes: it knows no such clone(). A kernel built with KASAN checks its memory itself.',
    run: () => {},
  },
  {
    id: 'kernel-report',
    scope: 'machine',
    icon: <LogIcon />,
    title: () => 'Show kernel reports',
    detail: 'its panics, warnings and call traces as tables',
    words: 'panic oops kasan warning call trace backtrace registers',
    applies: ({ vms }) => vms.length === 1,
    reason: ({ vms: [vm] }) => (vm?.runNumber === 0 ? 'It never ran.' : null),
    run: ({ vms: [vm] }) => {
      if (vm) openDialog({ kind: 'kernel-report', vmId: vm.id });
    },
  },
  {
    id: 'kernel-symbols',
    scope: 'machine',
    icon: <MendIcon />,
    title: () => 'Kernel symbols…',
    detail: 'what gdb and call traces know of its kernel',
    words: 'vmlinux debug info gdb addr2line',
    applies: ({ vms }) => vms.length === 1,
    run: ({ vms: [vm] }) => {
      if (vm) openDialog({ kind: 'kernel-symbols', vmId: vm.id });
    },
  },
];
