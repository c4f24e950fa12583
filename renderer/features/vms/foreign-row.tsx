import type { Foreign } from '@shared/vms/foreign.js';
import { Why } from './machine-row.js';
import { foreignStateName, foreignStateShape } from './foreign-words.js';
import { StateIcon } from './state-icon.js';
import { TreeRow, type TreeRowProps } from './tree-row.js';

/** A machine that Paddock didn't start. */
export function ForeignRow({
  foreign,
  ...row
}: Omit<TreeRowProps, 'children' | 'says' | 'level'> & { foreign: Foreign }) {
  return (
    <TreeRow
      {...row}
      className="stranger"
      level={2}
      says={foreignStateName(foreign.state)}
      title={foreign.id}
    >
      <span className="row" aria-hidden="true">
        <StateIcon state={foreignStateShape(foreign.state)} />
      </span>
      <span className="name ell">{foreign.umid}</span>
      {foreign.state !== 'running' && <Why>{foreignStateName(foreign.state)}</Why>}
    </TreeRow>
  );
}
