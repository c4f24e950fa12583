import { memo, type ReactNode } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { classNames } from '../../ui/class-names.js';
import { CheckIcon } from '../../ui/icons.js';
import { CpuLine } from './cpu-line.js';
import { rowReason } from './machine-words.js';
import { TreeRow, type TreeRowProps } from './tree-row.js';
import { StateIcon, stateName } from './state-icon.js';

/** What a row of the machine list takes. */
export interface MachineRowProps extends Omit<TreeRowProps, 'className' | 'children' | 'title'> {
  vm: VmView;
  /** It is shown beside the list, whether or not it is picked. */
  isShown: boolean;
  /** Draws a box that says whether it is picked. */
  hasBox: boolean;
}

/** A machine in the list: state, name, tags, and one thing at the right. */
export const MachineRow = memo(function MachineRow({ vm, isShown, hasBox, ...row }: MachineRowProps) {
  const why = rowReason(vm);
  const isOff = vm.state === 'stopped' || vm.state === 'defined';
  const says = [
    stateName(vm.state),
    why?.text !== stateName(vm.state) ? why?.text : undefined,
    vm.tags.length > 0 ? `tags ${vm.tags.join(', ')}` : undefined,
  ];
  return (
    <TreeRow
      {...row}
      className={isShown && !row.isSelected ? 'picked-quiet' : undefined}
      title={[vm.name, ...vm.tags].join(' ').length > 22 ? [vm.name, ...vm.tags].join(', ') : undefined}
      says={says.filter(Boolean).join(', ')}
    >
      {hasBox && <Box isOn={row.isSelected} />}
      {/* The row is called by its machine's name alone; the rest is its description. */}
      <span className="row" aria-hidden="true">
        <StateIcon state={vm.state} />
      </span>
      <span className={classNames('name', 'ell', isOff && 'off')}>{vm.name}</span>
      <span className="tags" aria-hidden="true">
        {vm.tags.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </span>
      {why ? <Why isError={why.isError}>{why.text}</Why> : vm.state === 'running' && <CpuLine id={vm.id} />}
    </TreeRow>
  );
});

/** The reason at the right of a row. */
export function Why({ isError = false, children }: { isError?: boolean; children: ReactNode }) {
  return (
    <span className={classNames('why', isError && 'err')} aria-hidden="true">
      {children}
    </span>
  );
}

function Box({ isOn }: { isOn: boolean }) {
  return (
    <span className={classNames('check', isOn && 'on')} aria-hidden="true">
      <CheckIcon />
    </span>
  );
}
