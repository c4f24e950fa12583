import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wirefilterCommands, type Impairment } from '@shared/networks/impairment.js';
import { startDaemon, type Helper } from './helper-process.js';
import { tellVde } from './vde-console.js';

/** Starts a wirefilter between two places, with its files in a folder that is there. */
export async function startWirefilter(
  folder: string,
  places: readonly [string, string],
  { impairment, mark, under = [] }: { impairment: Impairment; mark: string; under?: readonly string[] },
): Promise<Helper> {
  const rcPath = join(folder, 'wire.rc');
  const pidPath = join(folder, 'wire.pid');
  await writeFile(rcPath, `${wirefilterCommands(impairment).join('\n')}\n`, { mode: 0o600 });
  await rm(mgmtOf(folder), { force: true });
  const argv = [
    ...under,
    'wirefilter',
    '-f',
    rcPath,
    '-v',
    places.join(':'),
    '-M',
    mgmtOf(folder),
    '--mgmtmode',
    '0600',
    '--daemon',
    '--pidfile',
    pidPath,
  ];
  return startDaemon('wirefilter', argv as [string, ...string[]], { mark, pidPath });
}

/** Has one that runs do something else. */
export async function tellWirefilter(folder: string, impairment: Impairment): Promise<void> {
  for (const command of wirefilterCommands(impairment)) await tellVde(mgmtOf(folder), command);
}

const mgmtOf = (folder: string): string => join(folder, 'wire.mgmt');
