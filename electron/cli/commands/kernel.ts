import { parseArgs } from 'node:util';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { UsageError } from '../usage.js';

/** `paddock kernel ...` */
export async function kernelCommand([verb, ...args]: string[]): Promise<void> {
  if (verb !== 'list') throw new UsageError(`there is no kernel command ${verb ?? ''}`);
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    const kernels = Object.values(session.state.kernels);
    if (values.json) return printJson(kernels);
    printTable(
      ['VERSION', 'PATH'],
      kernels.map((kernel) => [kernel.version, kernel.path]),
    );
  });
}
