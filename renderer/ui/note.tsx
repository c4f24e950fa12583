import type { ReactNode } from 'react';
import { describeError, type PaddockError } from '@shared/errors/paddock-error.js';
import { classNames } from './class-names.js';
import { BadIcon, WarnIcon } from './icons.js';
import './note.css';

/** A remark that stays where its cause is. */
export function Note({
  level = 'plain',
  children,
}: {
  level?: 'plain' | 'warn' | 'err';
  children: ReactNode;
}) {
  return (
    <div
      className={classNames('note', level !== 'plain' && level)}
      role={level === 'err' ? 'alert' : undefined}
    >
      {level === 'err' ? <BadIcon /> : level === 'warn' ? <WarnIcon /> : null}
      <div className="grow">{children}</div>
    </div>
  );
}

/** An error in words: the sentence, what to do, and the last lines of a program that failed. */
export function ErrorNote({ error, children }: { error: PaddockError; children?: ReactNode }) {
  const { sentence, fix } = describeError(error);
  return (
    <Note level="err">
      <b>{sentence}</b>
      {fix && <p>{fix}</p>}
      {error.detail && error.detail.lastLines.length > 0 && (
        <pre className="notelines">{error.detail.lastLines.join('\n')}</pre>
      )}
      {children}
    </Note>
  );
}
