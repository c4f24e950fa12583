import { visibleControls } from '@shared/consoles/visible-controls.js';
import { countText, outcomeWords } from '@shared/testruns/count-words.js';
import { anyBad, flatten, isBad, type Results } from '@shared/testruns/test-node.js';
import type { TestRun } from '@shared/testruns/test-run.js';
import type { Session } from '../session.js';
import { oneLine, printJson } from '../table.js';
import { followJob } from '../wait-job.js';

/** How a run is told. */
export interface TellOptions {
  json: boolean;
  quiet: boolean;
}

/** Options of every command that runs tests, for parseArgs. */
export const tellOptions = {
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

/** Follows a run to its end and tells how it went; the exit code is 1 when a test went bad. */
export async function followTestRun(
  session: Session,
  begun: { id: string; jobId: string },
  options: TellOptions,
): Promise<void> {
  await followJob(session, begun.jobId, options.quiet || options.json);
  const run = session.state.testRuns[begun.id];
  if (run) await tellTestRun(session, run, options.json);
}

/** Tells how a run went; the exit code is 1 when a test went bad. */
export async function tellTestRun(session: Session, run: TestRun, json: boolean): Promise<void> {
  const { results } = await session.client.must('testRuns.read', { id: run.id });
  if (json) printJson({ run, results });
  else printResults(run, results);
  if (anyBad(run.counts) || (run.ended !== null && run.ended !== 'done')) process.exitCode = 1;
}

function printResults(run: TestRun, { tests, problems }: Results): void {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  for (const { path, test } of flatten(tests)) {
    // A suite is told by what is in it.
    if (!isBad(test.outcome) || test.children.some((child) => isBad(child.outcome))) continue;
    say(
      `${outcomeWords[test.outcome]}: ${oneLine(path)}${test.note === '' ? '' : ` (${oneLine(test.note)})`}`,
    );
  }
  for (const { line, text } of problems) say(`line ${line + 1}: ${oneLine(text)}`);
  if (run.why !== null) say(visibleControls(run.why));
  say(`${run.id}: ${countText(run.counts)}${run.isCut ? ' (there was more output than is read)' : ''}`);
}
