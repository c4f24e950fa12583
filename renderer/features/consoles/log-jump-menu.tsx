import { useStore } from 'zustand';
import { formatMoment } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';
import { Button } from '../../ui/button.js';
import { BadIcon, ChevronDownIcon, PlayIcon, WarnIcon } from '../../ui/icons.js';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.js';
import type { LogModel } from './log-model.js';

/** So many runs are in the menu; the others are a scroll away. */
const RUNS_MAX = 12;
const MARKS_MAX = 8;

/** Leads to the panics, the first errors, the start of a run, and the end. */
export function LogJumpMenu({ model }: { model: LogModel }) {
  const { runs, marks, hasAllMarks } = useStore(model.state);
  const newest = marks.toReversed();
  const shown = [
    ...newest.filter(({ kind }) => kind === 'panic').slice(0, MARKS_MAX),
    ...newest.filter(({ kind }) => kind === 'error').slice(0, MARKS_MAX),
  ];
  return (
    <Menu
      trigger={
        <Button variant="quiet">
          Jump to <ChevronDownIcon size="s" />
        </Button>
      }
    >
      {shown.map((mark) => (
        <MenuItem
          key={`${mark.kind} ${mark.run} ${mark.offset}`}
          icon={mark.kind === 'panic' ? <BadIcon /> : <WarnIcon />}
          title={mark.kind === 'panic' ? `Panic in run ${mark.run}` : `First error in run ${mark.run}`}
          text={visibleLine(mark.text, 70)}
          onChoose={() => model.go(mark)}
        />
      ))}
      {shown.length === 0 && (
        <MenuItem
          icon={<BadIcon />}
          title="Panic or error"
          reason={hasAllMarks ? 'None of the kept runs has any here.' : 'Still looking.'}
          onChoose={() => {}}
        />
      )}
      <MenuLine />
      {runs
        .slice(-RUNS_MAX)
        .toReversed()
        .map(({ run, startedAt }) => (
          <MenuItem
            key={run}
            icon={<PlayIcon />}
            title={`Start of run ${run}`}
            text={formatMoment(startedAt)}
            onChoose={() => model.goToStart(run)}
          />
        ))}
      <MenuItem icon={<ChevronDownIcon />} title="End" onChoose={() => model.scroll.toEnd()} />
    </Menu>
  );
}
