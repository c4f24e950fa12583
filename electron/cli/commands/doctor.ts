import { parseArgs } from 'node:util';
import type { CheckFix, CheckResult } from '@shared/diagnostics/check.js';
import { levelWords } from '@shared/diagnostics/report.js';
import { paddockPaths } from '../../link/paddock-paths.js';
import { withSession } from '../session.js';
import { oneLine, printJson } from '../table.js';
import { UsageError } from '../usage.js';

/** `paddock doctor [--json] [--fix CHECK FIX]`: exit code 1 when something stands in the way. */
export async function doctorCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, fix: { type: 'string' } },
  });
  const { fix: check } = values;
  const [fix, ...more] = positionals;
  if (check === undefined && fix !== undefined)
    throw new UsageError(`too many words: ${positionals.join(' ')}`);
  if (check !== undefined && (fix === undefined || more.length > 0))
    throw new UsageError('--fix takes two words: the check, and which of its fixes');
  await withSession(async ({ client }) => {
    const checks =
      check !== undefined && fix !== undefined
        ? await client.must('diagnostics.fix', { check, fix })
        : await client.must('diagnostics.run', {});
    if (values.json) printJson({ log: paddockPaths().hostLog, checks });
    else for (const result of checks) process.stdout.write(checkText(result));
    if (checks.some(({ level }) => level === 'error')) process.exitCode = 1;
  });
}

function checkText({ id, level, title, text, fixes }: CheckResult): string {
  const lines = [
    `${levelWords[level]}  ${title}: ${text}`,
    ...fixes.map((fix) => `      ${fixText(id, fix)}`),
  ];
  return lines.map((line) => `${oneLine(line)}\n`).join('');
}

/** What Paddock does itself is one more call of it; the rest is for the user, who may need root. */
function fixText(check: string, { id, label, command, runnable }: CheckFix): string {
  if (runnable) return `${label}: paddock doctor --fix ${check} ${id}`;
  return command ?? label;
}
