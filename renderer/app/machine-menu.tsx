import type { VmView } from '@shared/vms/vm-view.js';
import { GroupEntries, TagEntries } from '../features/vms/label-menus.js';
import { FolderIcon, TagIcon } from '../ui/icons.js';
import { Keys } from '../ui/keys.js';
import { MenuCheck, MenuItem, MenuLine, Submenu } from '../ui/menu.js';
import { actionIn, contextNow } from './actions/all-actions.js';
import { setAutostart } from './actions/machine-actions.js';

/** What can be done to machines of the list, by the right button or the Menu key. */
export function MachineMenu({ vms }: { vms: readonly VmView[] }) {
  const context = contextNow(vms);
  const entry = (id: string) => {
    const action = actionIn(context, id);
    if (!action) return null;
    return (
      <MenuItem
        key={id}
        icon={action.icon}
        title={action.title}
        reason={action.reason}
        keys={<Keys keys={action.keys} />}
        onChoose={action.run}
      />
    );
  };
  // Pause and resume take each other's place.
  const isPaused = actionIn(context, 'resume')?.reason === null;
  return (
    <>
      {['start', 'shutdown', 'restart', isPaused ? 'resume' : 'pause', 'force'].map(entry)}
      <MenuLine />
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
