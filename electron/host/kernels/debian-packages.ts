import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import {
  aptConfig,
  aptFailure,
  aptFraction,
  aptSources,
  DEBIAN_KEYRING,
  type AptSource,
} from '@shared/kernels/apt.js';
import type { JobReporter } from '../jobs/job-service.js';
import { exists } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';

/** A slow mirror takes minutes; apt gives a silent one up by itself before. */
const LIMIT_MS = 30 * 60_000;
const CONFIG_LIMIT_MS = 10_000;
const LINES_KEPT = 100;
/** What apt looks for, empty as they are. */
const folders = [
  'etc/apt.conf.d',
  'etc/preferences.d',
  'etc/sources.list.d',
  'state/lists/partial',
  'cache/archives/partial',
  'log',
];

/**
 * Debian's packages of one suite, read and fetched by apt with a configuration of its own in a folder of its own: no
 * rights are needed, this computer's own packages are not touched, and signatures are checked against Debian's keys
 * (apt-secure(8)).
 */
export class DebianPackages {
  private constructor(
    private readonly folder: string,
    private readonly source: AptSource,
    private readonly report: Pick<JobReporter, 'log' | 'signal' | 'progress'>,
  ) {}

  /** Reads a suite's lists. Throws Failure: keyring-missing, mirror-*, suite-*, tool-missing, cancelled. */
  static async open(
    folder: string,
    source: AptSource,
    acceptStale: boolean,
    report: Pick<JobReporter, 'log' | 'signal' | 'progress'>,
  ): Promise<DebianPackages> {
    if (!(await exists(DEBIAN_KEYRING))) throw failure('keyring-missing', { path: DEBIAN_KEYRING });
    for (const name of folders) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'status'), '');
    await writeFile(join(folder, 'etc/debian.sources'), aptSources(source));
    await writeFile(join(folder, 'apt.conf'), aptConfig(folder, await networkLines(), acceptStale));
    const packages = new DebianPackages(folder, source, report);
    await packages.apt(['apt-get', 'update', '-q'], 'Reading the lists');
    return packages;
  }

  /** Fetches a package and unpacks it into a folder; resolves to its version. */
  async unpack(name: string, into: string): Promise<string> {
    const place = join(this.folder, 'fetched', name);
    await mkdir(place, { recursive: true });
    await this.apt(['apt-get', 'download', '-q', name], `Fetching ${name}`, place);
    // Named NAME_VERSION_ARCHITECTURE.deb by apt, with %3a for the colon of an epoch.
    const [deb] = (await readdir(place)).filter((file) => file.endsWith('.deb'));
    if (deb === undefined) throw failure('suite-without-kernel', this.source);
    await mkdir(into, { recursive: true });
    await runProgram(['dpkg-deb', '-x', join(place, deb), into], {
      timeoutMs: LIMIT_MS,
      signal: this.report.signal,
    });
    return decodeURIComponent(deb.split('_')[1] ?? '');
  }

  /** What a package says of itself. Throws Failure suite-without-source when there is none of this name. */
  async describe(name: string): Promise<{ version: string; depends: string[] }> {
    const said = await runProgram(['apt-cache', 'show', '--no-all-versions', name], {
      timeoutMs: CONFIG_LIMIT_MS,
      signal: this.report.signal,
      env: { APT_CONFIG: join(this.folder, 'apt.conf') },
    }).catch((error: unknown) => {
      const known = error instanceof Failure && error.error.code === 'tool-failed';
      throw known ? failure('suite-without-source', this.source) : error;
    });
    const field = (key: string): string => new RegExp(`^${key}: (.*)$`, 'm').exec(said)?.[1] ?? '';
    const depends = field('Depends')
      .split(',')
      .map((one) => one.trim().split(/[ :|]/)[0] ?? '');
    return { version: field('Version'), depends };
  }

  private async apt(argv: [string, ...string[]], detail: string, cwd = this.folder): Promise<void> {
    const { report } = this;
    const lines: string[] = [];
    report.log(`$ ${argv.join(' ')}`);
    await runProgram([...argv, '-o', 'APT::Status-Fd=1'] as [string, ...string[]], {
      timeoutMs: LIMIT_MS,
      signal: report.signal,
      // It waits for the methods that it fetches with.
      withChildren: true,
      cwd,
      env: { APT_CONFIG: join(this.folder, 'apt.conf'), DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => {
        const fraction = aptFraction(line);
        if (fraction !== null) return report.progress(fraction, detail);
        report.log(line);
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
      },
    }).catch((error: unknown) => {
      const known = error instanceof Failure && error.error.code === 'tool-failed';
      throw (known ? aptFailure(lines, this.source) : null) ?? error;
    });
    // It ends with 0 when lists could not be had, and goes on with what it has: nothing.
    const failed = lines.some((line) => /^(Err:|[WE]: (Failed to fetch|Some index files))/.test(line));
    if (failed) throw aptFailure(lines, this.source) ?? failure('mirror-unreachable', this.source);
  }
}

/** How this computer's own apt reaches the network: behind a proxy, nothing else would. */
async function networkLines(): Promise<string[]> {
  const said = await runProgram(
    ['apt-config', 'dump', '--format', '%F "%v";%n', 'Acquire::http', 'Acquire::https'],
    {
      timeoutMs: CONFIG_LIMIT_MS,
    },
  );
  return said
    .split('\n')
    .filter((line) => /^Acquire::https?::[\w:.-]*[Pp]roxy[\w:.-]* "[^"\n]+";$/.test(line));
}

/** Copies the files of an unpacked libc6 that a program needs beside it: its loader and its libraries. */
export async function copyLibc(unpacked: string, into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  for (const from of ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu']) {
    const names = await readdir(join(unpacked, from)).catch(() => []);
    for (const name of names.filter((one) => /\.so(\.\d+)?$/.test(one)))
      await copyFile(join(unpacked, from, name), join(into, name));
  }
  return join(into, 'ld-linux-x86-64.so.2');
}
