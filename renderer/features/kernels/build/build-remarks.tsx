import { useState, type ReactNode } from 'react';
import { BuildTally, inTree, type BuildRemark } from '@shared/kernels/build-output.js';
import { plural } from '../../../lib/format.js';
import './build.css';

/** What the list takes: the log of a build. */
interface BuildRemarksProps {
  lines: readonly string[];
  /** Number of the first of them. */
  first: number;
}

/** More would be a log of its own, and that is below. */
const SHOWN = 200;
const NOT_TAKEN = /^Not taken: /;
const MAKE = /^\$ nice .*? make -C '?([^' ]+)'? /;

interface Found {
  /** Number of the line behind the last that was read. */
  read: number;
  tree: string;
  warnings: readonly BuildRemark[];
  lost: readonly string[];
}

/** What a build warned of, with file and line, and the lines of the fragment that were not taken. */
export function BuildRemarks({ lines, first }: BuildRemarksProps) {
  const [found, setFound] = useState<Found>({ read: 0, tree: '', warnings: [], lost: [] });
  // Each line is read once: there are thousands, and more ten times a second.
  if (found.read < first + lines.length) setFound(withMore(found, lines, first));
  const { warnings, lost } = found;
  if (warnings.length === 0 && lost.length === 0) return null;
  return (
    <div className="kremarks">
      {warnings.length > 0 && (
        <Remarks title={plural(warnings.length, 'warning')}>
          {warnings.slice(0, SHOWN).map(({ file, line, text }) => (
            <li key={`${file} ${line} ${text}`}>
              {file !== null && (
                <code className="mono xs">
                  {file}:{line}
                </code>
              )}{' '}
              <span className="xs sec">{text}</span>
            </li>
          ))}
        </Remarks>
      )}
      {lost.length > 0 && (
        <Remarks title={`${plural(lost.length, 'line')} of the fragment not taken`}>
          {lost.map((text) => (
            <li key={text} className="xs sec">
              {text}
            </li>
          ))}
        </Remarks>
      )}
    </div>
  );
}

/** A list that is folded until somebody wants it, and scrolls when it is long. */
export function Remarks({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="kremark">
      <summary>{title}</summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it */}
      <div className="kremarklist" role="region" aria-label={title} tabIndex={0}>
        <ul>{children}</ul>
      </div>
    </details>
  );
}

function withMore(before: Found, lines: readonly string[], first: number): Found {
  const tally = new BuildTally(null, before.tree);
  tally.warnings.push(...before.warnings);
  let { tree } = before;
  const lost = [...before.lost];
  for (const line of lines.slice(Math.max(0, before.read - first))) {
    tree = tree === '' ? (MAKE.exec(line)?.[1] ?? '') : tree;
    if (NOT_TAKEN.test(line)) lost.push(line.replace(NOT_TAKEN, ''));
    else tally.add(line);
  }
  const warnings = tally.warnings.map((one) =>
    one.file === null ? one : { ...one, file: inTree(one.file, tree) },
  );
  return { read: Math.max(before.read, first + lines.length), tree, warnings, lost };
}
