import type { VmView } from '@shared/vms/vm-view.js';
import { changeMachines, nameOrCount } from '../../stores/bulk-store.js';
import { hostStore } from '../../stores/host-store.js';
import { openDialog } from '../../stores/ui-store.js';
import { PlusIcon } from '../../ui/icons.js';
import { MenuCheck, MenuChoice, MenuItem, MenuLine } from '../../ui/menu.js';
import { groupNames, tagNames } from './machine-order.js';

/** Entries that put machines into a group. */
export function GroupEntries({ vms }: { vms: readonly VmView[] }) {
  const names = groupNames(Object.values(hostStore.getState().state.vms));
  const first = vms[0]?.group ?? '';
  const isSame = vms.every((vm) => (vm.group ?? '') === first);
  return (
    <>
      <MenuChoice
        label="Group"
        value={isSame ? first : null}
        choices={[
          ...names.map((name) => ({ value: name, title: name })),
          { value: '', title: 'Not in a group' },
        ]}
        onChange={(group) => putIntoGroup(vms, group === '' ? null : group)}
      />
      <MenuLine />
      <MenuItem
        icon={<PlusIcon />}
        title="New group…"
        onChoose={() => openDialog({ kind: 'label', label: 'group', vmIds: vms.map((vm) => vm.id) })}
      />
    </>
  );
}

/** Entries that give machines tags and take them away. */
export function TagEntries({ vms }: { vms: readonly VmView[] }) {
  const names = tagNames(Object.values(hostStore.getState().state.vms));
  const having = (tag: string): number => vms.filter((vm) => vm.tags.includes(tag)).length;
  return (
    <>
      {names.map((tag) => (
        <MenuCheck
          key={tag}
          title={tag}
          checked={having(tag) === vms.length ? true : having(tag) > 0 ? 'mixed' : false}
          onChange={(isOn) => setTag(vms, tag, isOn)}
        />
      ))}
      {names.length > 0 && <MenuLine />}
      <MenuItem
        icon={<PlusIcon />}
        title="New tag…"
        onChoose={() => openDialog({ kind: 'label', label: 'tag', vmIds: vms.map((vm) => vm.id) })}
      />
    </>
  );
}

/** Puts machines into a group, or with null out of theirs. */
export function putIntoGroup(vms: readonly VmView[], group: string | null): void {
  const title =
    group === null ? `Take ${nameOrCount(vms)} out of the group` : `Put ${nameOrCount(vms)} into ${group}`;
  changeMachines(title, vms, (vm) => (vm.group === group ? null : { group }));
}

/** Gives machines a tag, or takes it away. */
export function setTag(vms: readonly VmView[], tag: string, isOn: boolean): void {
  changeMachines(`${isOn ? 'Tag' : 'Untag'} ${nameOrCount(vms)}: ${tag}`, vms, (vm) => {
    if (vm.tags.includes(tag) === isOn) return null;
    return { tags: isOn ? [...vm.tags, tag] : vm.tags.filter((other) => other !== tag) };
  });
}
