import { parseArgs } from 'node:util';
import { transports, transportNames } from '@shared/networks/transports/index.js';
import { whyNotTransports } from '@shared/networks/why-not.js';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';

const rights = { none: 'none', tap: 'a tap of yours', 'net-raw': 'CAP_NET_RAW' } as const;

/** `paddock network transports`: all ways of moving frames, which kernels here have each, and which are not offered. */
export async function networkTransports(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async ({ state }) => {
    const kernels = Object.values(state.kernels);
    const rows = transportNames.map((name) => ({
      name,
      what: transports[name].what,
      right: transports[name].right,
      measured: transports[name].measured,
      options: Object.keys(transports[name].options.shape),
      kernels: kernels.filter((one) => one.transports?.includes(name) === true).map(({ version }) => version),
    }));
    if (values.json) return printJson({ transports: rows, notOffered: whyNotTransports });
    printTable(
      ['TRANSPORT', 'RIGHTS', 'MEASURED', 'KERNELS', 'OPTIONS'],
      rows.map((row) => [
        row.name,
        rights[row.right],
        row.measured,
        row.kernels.join(', ') || '-',
        row.options.join(' '),
      ]),
    );
    process.stdout.write('\nNot offered:\n');
    for (const { name, why } of whyNotTransports) process.stdout.write(`  ${name}: ${why}\n`);
  });
}
