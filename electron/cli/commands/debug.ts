import { parseArgs } from 'node:util';
import { straceFilterSchema, straceFilters, symbolWords, type DebugTool } from '@shared/debug/debug-tool.js';
import { detachKey } from '../detach-key.js';
import { withSession } from '../session.js';
import { onlyWord, UsageError } from '../usage.js';
import { interactive } from './console.js';
import { printReports } from './debug-reports.js';

/** `paddock debug NAME ...`: gdb or strace in this terminal; when it is left, the machine is let go of. */
export async function debugCommand(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      strace: { type: 'boolean', default: false },
      only: { type: 'string' },
      symbols: { type: 'string' },
      'own-symbols': { type: 'boolean', default: false },
      'trust-scripts': { type: 'boolean', default: false },
      reports: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'detach-key': { type: 'string', default: 'ctrl-]' },
    },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  if (values.reports) return printReports(name, values.json);
  if (values.json) throw new UsageError('--json is for --reports');
  const leave = detachKey(values['detach-key']);
  const tool: DebugTool = values.strace ? 'strace' : 'gdb';
  const filter = straceFilterSchema.safeParse(values.only ?? 'all');
  if (!filter.success) throw new UsageError(`--only is one of ${straceFilters.join(', ')}`);
  if (values.only !== undefined && tool !== 'strace') throw new UsageError('--only is for --strace');
  if (values['trust-scripts'] && values.symbols === undefined)
    throw new UsageError('--trust-scripts is for --symbols');
  await withSession(async (session) => {
    const { client } = session;
    const vm = session.vm(name);
    const { id, kernelPath } = vm;
    if (values.symbols !== undefined || values['own-symbols']) {
      const trustScripts = values['trust-scripts'];
      const path = values.symbols ?? null;
      await client.must('debug.setSymbols', { kernelPath, path, trustScripts });
    }
    try {
      await interactive(session, vm, tool, leave, {
        // Its earlier sessions are in its log.
        tailBytes: 0,
        begin: async () => {
          await client.must('debug.start', { id, tool, filter: filter.data });
          const view = session.vm(name).debug.tools.find((other) => other.tool === tool);
          if (view && tool === 'gdb') process.stderr.write(`Symbols: ${symbolWords[view.symbols]}.\r\n`);
        },
        isOver: ({ debug }) => debug.tools.find((other) => other.tool === tool)?.state !== 'running',
      });
    } finally {
      // However it was left; a machine that is deleted meanwhile has nothing to close.
      await client.call('debug.close', { id, tool });
    }
  });
}
