import { memo } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { classNames } from '../../ui/class-names.js';
import { rowReason } from './machine-words.js';
import { StateIcon, stateName } from './state-icon.js';

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
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list has focus and keys
    <div
      id={rowId(vm.id)}
      className={classNames('mrow', isActive && 'active')}
      role="option"
      aria-selected={isSelected}
      aria-describedby={`${rowId(vm.id)}-state`}
      aria-setsize={count}
      aria-posinset={place + 1}
      title={vm.name.length > 22 ? vm.name : undefined}
      onClick={() => onSelect(vm.id)}
    >
      {/* The row is called by its machine's name alone; state and reason are its description. */}
      <span className="row" aria-hidden="true">
        <StateIcon state={vm.state} />
      </span>
      <span className={classNames('name', 'ell', isOff && 'off')}>{vm.name}</span>
      {why && (
        <span className={classNames('why', why.isError && 'err')} aria-hidden="true">
          {why.text}
        </span>
      )}
      <span hidden id={`${rowId(vm.id)}-state`}>
        {why && why.text !== stateName(vm.state)
          ? `${stateName(vm.state)}, ${why.text}`
          : stateName(vm.state)}
      </span>
    </div>
  );
});

/** The element id of a machine's row. */
export function rowId(vmId: string): string {
  return `machine-${vmId}`;
}
