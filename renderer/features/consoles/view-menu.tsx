import type { VmView } from '@shared/vms/vm-view.js';
import { Keys } from '../../ui/keys.js';
import { MenuItem, MenuLine } from '../../ui/menu.js';
import { viewKeys } from './view-keys.js';
import { viewDeeds, type ViewDeedId } from './view-deeds.js';

const groups: readonly (readonly ViewDeedId[])[] = [
  ['split-right', 'split-down', 'duplicate'],
  ['pop-out', 'show-window', 'bring-back'],
  ['tab-left', 'tab-right', 'next-pane'],
  ['close-view', 'one-pane'],
  ['broadcast'],
  ['let-go'],
];

/** What can be done with the place of a view, from its tab. */
export function ViewMenu({ vm, viewId }: { vm: VmView; viewId: number }) {
  const deeds = viewDeeds(vm, viewId);
  return (
    <>
      {groups
        .filter((ids) => ids.some((id) => deeds[id]))
        .map((ids, place) => (
          <div key={ids[0]} role="none">
            {place > 0 && <MenuLine />}
            {ids.map((id) => {
              const deed = deeds[id];
              if (!deed) return null;
              const code = viewKeys[id];
              return (
                <MenuItem
                  key={id}
                  icon={deed.icon}
                  title={deed.title}
                  reason={deed.reason}
                  keys={code && <Keys keys={['Ctrl', 'Shift', keyName(code)]} />}
                  onChoose={deed.run}
                />
              );
            })}
          </div>
        ))}
    </>
  );
}

function keyName(code: string): string {
  return { PageUp: 'Page Up', PageDown: 'Page Down' }[code] ?? code.replace('Key', '');
}
