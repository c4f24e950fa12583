import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';

/** `paddock trash ...` */
export async function trashCommand([verb, ...args]: string[]): Promise<void> {
  const options = {
    json: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (verb !== 'list' && verb !== 'restore' && verb !== 'empty')
    throw new UsageError(`there is no trash command ${verb ?? ''}`);
  if (verb === 'empty' && !values.all && positionals.length === 0)
    throw new UsageError('give the id of what is to go for good, or --all');
  await withSession(async ({ client }) => {
    if (verb === 'list') {
      const { entries } = await client.must('trash.list', {});
      if (values.json) return printJson(entries);
      printTable(
        ['ID', 'WHAT', 'ON DISK', 'SINCE', 'WHY'],
        entries.map(({ id, name, bytes, putAwayAt, why }) => [id, name, formatBytes(bytes), putAwayAt, why]),
      );
    } else if (verb === 'restore') {
      const { path } = await client.must('trash.restore', { id: onlyWord(positionals, 'the id') });
      process.stdout.write(`${path} is back\n`);
    } else {
      await client.must('trash.empty', { id: values.all ? null : onlyWord(positionals, 'the id') });
    }
  });
}
