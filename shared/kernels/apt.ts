import { failure, type Failure } from '../errors/paddock-error.js';
import { mirrorFailure } from '../images/debian.js';

/** Where Debian's keys are, from its package debian-archive-keyring. */
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** The suite whose patchelf is taken when this computer has none: it runs with every glibc from 2.36 on. */
export const OLDEST_SUITE = 'bookworm';

/** A place that packages come from. */
export interface AptSource {
  suite: string;
  mirror: string;
}

/** What apt is to know, and nothing else: what this computer has installed, trusts and prefers doesn't count. */
export function aptConfig(
  folder: string,
  /** Lines of this computer's own configuration that say how the network is reached. */
  network: readonly string[],
  /** Lists that are older than the mirror said they may be are taken, too; who signed them is still checked. */
  acceptStale: boolean,
): string {
  const folders = {
    'Dir::Etc': 'etc',
    'Dir::Etc::sourcelist': 'etc/debian.sources',
    'Dir::Etc::sourceparts': 'etc/sources.list.d',
    'Dir::State': 'state',
    'Dir::State::status': 'status',
    'Dir::Cache': 'cache',
    'Dir::Log': 'log',
  };
  return [
    ...Object.entries(folders).map(([name, path]) => `${name} "${folder}/${path}";`),
    'APT::Architecture "amd64";',
    'APT::Architectures { "amd64"; };',
    // The folder is this user's alone, where _apt couldn't write.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::AllowInsecureRepositories "false";',
    'Acquire::AllowDowngradeToInsecureRepositories "false";',
    'Acquire::Retries "2";',
    ...(acceptStale ? ['Acquire::Check-Valid-Until "false";'] : []),
    ...network,
    '',
  ].join('\n');
}

/** The list of the one source (sources.list(5), deb822). */
export function aptSources({ suite, mirror }: AptSource): string {
  return [
    'Types: deb',
    `URIs: ${mirror}`,
    `Suites: ${suite}`,
    'Components: main',
    `Signed-By: ${DEBIAN_KEYRING}`,
    '',
  ].join('\n');
}

/** How far a download is, 0 to 1, from a line of APT::Status-Fd; null for another line. */
export function aptFraction(line: string): number | null {
  const percent = /^dlstatus:\d+:(\d+(?:\.\d+)?):/.exec(line)?.[1];
  return percent === undefined ? null : Math.min(1, Number(percent) / 100);
}

/** What apt's last words mean; null when they mean nothing known. */
export function aptFailure(lines: readonly string[], { suite, mirror }: AptSource): Failure | null {
  const said = lines.join('\n');
  const stale = /is expired \(invalid since ([\ddhmins ]+)\)/.exec(said)?.[1];
  if (stale !== undefined) return failure('mirror-stale', { suite, mirror, since: stale });
  if (
    /NO_PUBKEY|BADSIG|EXPKEYSIG|is not signed|couldn't be verified|Signed-By|NOSPLIT|No good signature/.test(
      said,
    )
  )
    return failure('mirror-unsigned', { suite, mirror });
  if (/Unable to locate package|has no installation candidate/.test(said))
    return failure('suite-without-kernel', { suite, mirror });
  if (/Hash Sum mismatch|File has unexpected size/.test(said))
    return failure('mirror-broken', { suite, mirror });
  return mirrorFailure(said, { suite, mirror });
}
