import { readFile } from 'node:fs/promises';
import { arch, cpus, freemem, loadavg, release, totalmem, version } from 'node:os';
import type { CheckResult } from '@shared/diagnostics/check.js';

const mb = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`;

/** What somebody who gets a bug report wants to know of this computer. No names, no addresses. */
export async function computerFacts(checks: readonly CheckResult[]): Promise<string> {
  return [
    `Paddock ${PADDOCK_VERSION}, Node ${process.versions.node}`,
    `Kernel of this computer: ${release()} (${version()}), ${arch()}`,
    `Distribution: ${await distribution()}`,
    `CPUs: ${cpus().length} (${cpus()[0]?.model.trim() ?? 'unknown'}), load ${loadavg()[0]?.toFixed(1) ?? '?'}`,
    `Memory: ${mb(totalmem())}, ${mb(freemem())} free`,
    '',
    'Diagnostics, as last looked:',
    ...checks.map(({ level, title, text }) => `  ${level.padEnd(5)}  ${title}: ${text}`),
    '',
  ].join('\n');
}

/** What this computer's Linux calls itself (os-release(5)). */
export async function distribution(): Promise<string> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(osRelease)?.[1] ?? 'unknown Linux';
}
