import type { ReactNode } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { GroupEntries, TagEntries } from '../features/vms/label-menus.js';
import { FolderIcon, MendIcon, TagIcon } from '../ui/icons.js';
import { Keys } from '../ui/keys.js';
import { MenuCheck, MenuItem, MenuLine, Submenu } from '../ui/menu.js';
import { actionIn, contextNow } from './actions/all-actions.js';
import { setAutostart } from './actions/machine-actions.js';

/** Draws the actions of a machine as entries of a menu, with a sentence on each where there is room. */
function useEntries(vms: readonly VmView[], hasTexts = false): (id: string) => ReactNode {
  const context = contextNow(vms);
  return (id) => {
    const action = actionIn(context, id);
    if (!action) return null;
    return (
      <MenuItem
        key={id}
        icon={action.icon}
        title={action.title}
        text={hasTexts && action.detail !== '' ? sentence(action.detail) : undefined}
        reason={action.reason}
        keys={<Keys keys={action.keys} />}
        onChoose={action.run}
      />
    );
  };
}

const debugEntries = ['debug-gdb', 'debug-strace', 'kernel-report', 'kernel-symbols'];

/** The rarer actions of the machine that is shown. */
export function MachineMore({ vms }: { vms: readonly VmView[] }) {
  const entry = useEntries(vms, true);
  return (
    <>
      {['snapshot', 'restore', 'branch', 'merge'].map(entry)}
      <MenuLine />
      {debugEntries.map(entry)}
      <MenuLine />
      {entry('delete')}
    </>
  );
}

/** What can be done to machines of the list, by the right button or the Menu key. */
export function MachineMenu({ vms }: { vms: readonly VmView[] }) {
  const entry = useEntries(vms);
  // Pause and resume take each other's place.
  const isPaused = actionIn(contextNow(vms), 'resume')?.reason === null;
  return (
    <>
      {['start', 'shutdown', 'restart', isPaused ? 'resume' : 'pause', 'force'].map(entry)}
      <MenuLine />
      {['snapshot', 'restore', 'branch', 'merge'].map(entry)}
      {vms.length === 1 && <MenuLine />}
      {vms.length === 1 && (
        <Submenu icon={<MendIcon />} title="Debug">
          {['debug-gdb', 'debug-strace', 'debug-strace-files', 'debug-strace-network', 'debug-valgrind'].map(
            entry,
          )}
          <MenuLine />
          {['kernel-report', 'kernel-symbols'].map(entry)}
        </Submenu>
      )}
      <Submenu icon={<FolderIcon />} title="Group">
        <GroupEntries vms={vms} />
      </Submenu>
      <Submenu icon={<TagIcon />} title="Tags">
        <TagEntries vms={vms} />
      </Submenu>
      <MenuCheck
        title="Start with the session"
        checked={vms.every((vm) => vm.autostart) ? true : vms.some((vm) => vm.autostart) ? 'mixed' : false}
        onChange={(isOn) => setAutostart(vms, isOn)}
      />
      <MenuLine />
      {entry('delete')}
    </>
  );
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
