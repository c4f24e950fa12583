import type { ReactNode } from 'react';
import { BadIcon, LoadIcon, OkIcon, WaitIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import type { Making } from './use-making.js';
import '../../ui/page.css';
import './layer-dialogs.css';

const marks: Readonly<Record<Making['state'], { icon: ReactNode; className: string; word: string }>> = {
  waiting: { icon: <WaitIcon />, className: 'mark todo', word: 'waiting' },
  going: { icon: <LoadIcon className="spin" />, className: 'mark now', word: 'being made' },
  done: { icon: <OkIcon />, className: 'mark ok', word: 'made' },
  failed: { icon: <BadIcon />, className: 'mark err', word: 'failed' },
};

/** Machines that are made at once, and what became of each. */
export function MadeList({
  makings,
  onShow,
}: {
  makings: readonly Making[];
  onShow: (vmId: string) => void;
}) {
  const done = makings.filter(({ state }) => state === 'done').length;
  const failed = makings.filter(({ state }) => state === 'failed').length;
  const isOver = done + failed === makings.length;
  return (
    <>
      <ul className="card list madelist" aria-label="Machines">
        {makings.map(({ name, state, text }) => (
          <li key={name}>
            <span className={marks[state].className} role="img" aria-label={marks[state].word}>
              {marks[state].icon}
            </span>
            {state === 'done' ? (
              <LinkButton onClick={() => onShow(text)}>{name}</LinkButton>
            ) : (
              <span className="med">{name}</span>
            )}
            <span className="xs sec grow">{state === 'failed' ? text : marks[state].word}</span>
          </li>
        ))}
      </ul>
      <p className="sr" role="status">
        {isOver ? `${done} made${failed > 0 ? `, ${failed} failed` : ''}` : ''}
      </p>
    </>
  );
}
