import type { ReactNode } from 'react';
import './command-block.css';

/** A command, whole: option names in blue, one group a line where the caller says so. */
export function CommandBlock({ lines, tools }: { lines: readonly (readonly string[])[]; tools?: ReactNode }) {
  return (
    <div className="cmd" role="group" aria-label="Command line">
      <code>
        <span className="p">$ </span>
        {lines.map((words, number) => (
          <span key={number}>
            {number > 0 && '    '}
            {words.map((word, place) => (
              <Word key={place} text={word} last={place === words.length - 1} />
            ))}
            {number < lines.length - 1 && ' \\\n'}
          </span>
        ))}
      </code>
      {tools && <span className="tools">{tools}</span>}
    </div>
  );
}

function Word({ text, last }: { text: string; last: boolean }) {
  const option = /^(?:--?)?[\w.]+=/.exec(text)?.[0] ?? '';
  return (
    <>
      <span className="k">{option}</span>
      {text.slice(option.length)}
      {last ? '' : ' '}
    </>
  );
}
