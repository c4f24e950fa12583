import { memo } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { classNames } from '../../ui/class-names.js';
import { rowReason } from './machine-words.js';
import { StateIcon } from './state-icon.js';

/** What a row of the machine list takes. */
export interface MachineRowProps {
  vm: VmView;
  isSelected: boolean;
  /** True when the keyboard is on it. */
  isActive: boolean;
  place: number;
  count: number;
  onSelect: (id: string) => void;
}

/** A machine in the list: state, name, and one thing at the right. */
export const MachineRow = memo(function MachineRow(props: MachineRowProps) {
  const { vm, isSelected, isActive, place, count, onSelect } = props;
  const why = rowReason(vm);
  const isOff = vm.state === 'stopped' || vm.state === 'defined';
  return (
    <div
      id={rowId(vm.id)}
      className={classNames('mrow', isActive && 'active')}
      role="option"
      aria-selected={isSelected}
      aria-label={vm.name}
      aria-description={why && why.text !== vm.state ? `${vm.state}, ${why.text}` : vm.state}
      aria-setsize={count}
      aria-posinset={place + 1}
      title={vm.name.length > 22 ? vm.name : undefined}
      onClick={() => onSelect(vm.id)}
    >
      <StateIcon state={vm.state} />
      <span className={classNames('name', 'ell', isOff && 'off')}>{vm.name}</span>
      {why && <span className={classNames('why', why.isError && 'err')}>{why.text}</span>}
    </div>
  );
});

/** The element id of a machine's row. */
export function rowId(vmId: string): string {
  return `machine-${vmId}`;
}
