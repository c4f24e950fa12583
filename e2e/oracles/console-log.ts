import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A console's log on the disk, all its parts, without the carriage returns that a terminal adds. */
export function readConsoleLog(home: string, vmId: string, run: number, console = 'con0'): string {
  const folder = join(home, 'data/paddock/vms', vmId, 'runs', String(run));
  const part = new RegExp(`^${console}\\.(?:(\\d+)\\.)?log(\\.gz)?$`);
  return readdirSync(folder)
    .flatMap((name) => {
      const found = part.exec(name);
      return found ? [{ name, from: Number(found[1] ?? 0), isPacked: found[2] !== undefined }] : [];
    })
    .sort((a, b) => a.from - b.from)
    .map(({ name, isPacked }) => {
      const bytes = readFileSync(join(folder, name));
      return (isPacked ? gunzipSync(bytes) : bytes).toString('latin1');
    })
    .join('')
    .replaceAll('\r', '');
}

/** A text's checksum, as md5sum prints it. */
export function md5(text: string): string {
  return createHash('md5').update(text, 'latin1').digest('hex');
}
