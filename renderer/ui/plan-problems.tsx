import type { PaddockError } from '@shared/errors/paddock-error.js';
import { LinkButton } from './link-button.js';
import { ErrorNote } from './note.js';

/** What keeps a plan from being carried out, each with what to do about it. */
export function PlanProblems({
  problems,
  onAgain,
}: {
  problems: readonly PaddockError[];
  onAgain: () => void;
}) {
  return problems.map((problem, n) => (
    <ErrorNote key={n} error={problem}>
      {n === problems.length - 1 && (
        <p>
          <LinkButton onClick={onAgain}>Look again</LinkButton>
        </p>
      )}
    </ErrorNote>
  ));
}
