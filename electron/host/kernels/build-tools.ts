import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEBIAN_MIRROR } from '@shared/images/debian.js';
import { OLDEST_SUITE } from '@shared/kernels/apt.js';
import type { BuildNeed } from '@shared/kernels/build-plan.js';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import { SMALLEST, type BuildWish } from '@shared/kernels/build-wish.js';
import type { JobReporter } from '../jobs/job-service.js';
import { exists } from '../platform/files.js';
import { findTool } from '../platform/find-tool.js';
import { DebianPackages } from './debian-packages.js';

/** A program that builds need. */
interface Tool {
  program: string;
  package: string;
  why: string;
  /** Debian's packages that have it, when Paddock can get it for itself. */
  fetch?: readonly string[];
}

const compilers: readonly Tool[] = [
  { program: 'gcc', package: 'gcc', why: 'compiles' },
  { program: 'ld', package: 'binutils', why: 'links' },
  { program: 'make', package: 'make', why: 'runs the build' },
];
const helpers: readonly Tool[] = [
  { program: 'flex', package: 'flex', why: 'reads Kconfig files', fetch: ['flex', 'm4', 'libsigsegv2'] },
  { program: 'bison', package: 'bison', why: 'reads Kconfig files', fetch: ['bison', 'm4', 'libsigsegv2'] },
  { program: 'bc', package: 'bc', why: 'computes constants of time', fetch: ['bc', 'libreadline8'] },
];
const depmod: Tool = {
  program: 'depmod',
  package: 'kmod',
  why: 'lists modules',
  fetch: ['kmod', 'libkmod2'],
};
/** What runs a tree's kunit.py. */
const python: Tool = { program: 'python3', package: 'python3', why: 'runs kunit.py' };
const xz: Tool = { program: 'xz', package: 'xz-utils', why: 'unpacks Debian’s sources' };
/** The header that every program of the build includes first; it comes with what else a C program needs. */
const C_HEADER = '/usr/include/stdio.h';
const HEADERS_PACKAGE = 'libc6-dev';

/** What of it can't be had, as one Failure build-needs; none when all can. */
export function missingNeeds(needs: readonly BuildNeed[]): Failure[] {
  const missing = needs.filter(({ state }) => state === 'missing');
  if (missing.length === 0) return [];
  const all = (words: string[], between: string): string => [...new Set(words)].join(between);
  return [
    failure('build-needs', {
      programs: all(
        missing.map(({ what }) => what),
        ', ',
      ),
      packages: all(
        missing.map((need) => need.package),
        ' ',
      ),
    }),
  ];
}

/** What a build runs: this computer's programs, and those that Debian has and this computer doesn't, in a folder of one's own. */
export class BuildTools {
  /** The end of what is fetched now: apt's folder is one. */
  private fetched: Promise<void> = Promise.resolve();

  constructor(private readonly folder: string) {}

  /** What a wish needs, and how each is. */
  async needs(wish: Pick<BuildWish, 'defconfig' | 'options' | 'source'>): Promise<BuildNeed[]> {
    const mayHaveModules = wish.defconfig !== SMALLEST || wish.options.includes('modules');
    return this.look([
      ...compilers,
      ...helpers,
      ...(mayHaveModules ? [depmod] : []),
      ...(wish.source.kind === 'debian' ? [xz] : []),
    ]);
  }

  /** What the kunit.py of a tree needs, which builds a kernel and installs none of its modules. */
  kunitNeeds(): Promise<BuildNeed[]> {
    return this.look([...compilers, ...helpers, python]);
  }

  private async look(tools: readonly Tool[]): Promise<BuildNeed[]> {
    const needs: BuildNeed[] = [];
    for (const { program, package: name, why, fetch } of tools) {
      const isThere = await findTool(program);
      const state = isThere ? 'there' : fetch === undefined ? 'missing' : 'fetched';
      needs.push({ what: program, package: name, why, state });
    }
    const hasHeaders = await exists(C_HEADER);
    needs.push({
      what: 'headers of C',
      package: HEADERS_PACKAGE,
      why: 'programs of the build include them',
      state: hasHeaders ? 'there' : 'missing',
    });
    return needs;
  }

  /** Gets those that are to be fetched; resolves to what the environment of make has because of them. */
  async get(needs: readonly BuildNeed[], report: JobReporter): Promise<Record<string, string>> {
    const wanted = needs.filter(({ state }) => state === 'fetched').map(({ what }) => what);
    if (wanted.length === 0) return {};
    const packages = new Set(
      [...helpers, depmod].flatMap((tool) => (wanted.includes(tool.program) ? (tool.fetch ?? []) : [])),
    );
    const fetched = this.fetched.then(() => this.fetchMissing(packages, report));
    this.fetched = fetched.catch(() => {});
    await fetched;
    return this.environment();
  }

  private async fetchMissing(packages: Iterable<string>, report: JobReporter): Promise<void> {
    if (report.signal.aborted) throw failure('cancelled', {});
    const missing = [];
    for (const name of packages) if (!(await exists(this.noteOf(name)))) missing.push(name);
    if (missing.length > 0) await this.fetch(missing, report);
  }

  private async fetch(names: readonly string[], report: JobReporter): Promise<void> {
    const work = join(this.folder, 'apt');
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      // Old programs, so that they run with every C library that is newer.
      const source = { suite: OLDEST_SUITE, mirror: DEBIAN_MIRROR };
      const packages = await DebianPackages.open(work, source, true, report);
      for (const name of names) {
        await packages.unpack(name, join(this.folder, 'root'));
        // Debian's sbin/depmod leads to /bin/kmod, wherever it is itself.
        if (name === 'kmod') await this.link('../../bin/kmod', 'usr/bin/depmod');
        const note = this.noteOf(name);
        await mkdir(note, { recursive: true });
      }
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  private async link(to: string, at: string): Promise<void> {
    const path = join(this.folder, 'root', at);
    await mkdir(dirname(path), { recursive: true });
    await symlink(to, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }

  /** That a package is unpacked. */
  private noteOf(name: string): string {
    return join(this.folder, 'has', name);
  }

  private environment(): Record<string, string> {
    const root = join(this.folder, 'root');
    return {
      PATH: [`${root}/usr/bin`, process.env['PATH'] ?? '', '/usr/sbin:/sbin:/usr/bin:/bin'].join(':'),
      // They look for each other where the packages would have been.
      M4: `${root}/usr/bin/m4`,
      BISON_PKGDATADIR: `${root}/usr/share/bison`,
      LD_LIBRARY_PATH: `${root}/usr/lib/x86_64-linux-gnu:${root}/lib/x86_64-linux-gnu`,
    };
  }
}
