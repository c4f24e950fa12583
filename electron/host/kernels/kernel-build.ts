import { appendFile, copyFile, cp, constants, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { formatBytes } from '@shared/amounts.js';
import {
  fragmentText,
  kconfigBlocks,
  lostWishes,
  optionalNames,
  readFragment,
  whyLost,
} from '@shared/kernels/build-fragment.js';
import { BuildTally, guessedMakeLines, remarkText } from '@shared/kernels/build-output.js';
import { FRAGMENT, makeRuns, shellWords, type MakeRuns } from '@shared/kernels/build-plan.js';
import type { Built, BuildWish, LostOption } from '@shared/kernels/build-wish.js';
import { SMALLEST } from '@shared/kernels/build-wish.js';
import { parseConfig } from '@shared/kernels/kernel-config.js';
import type { JobReporter } from '../jobs/job-service.js';
import { exists, statOrNull } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';

/** The largest kernels with everything in them take hours on one processor. */
const LIMIT_MS = 24 * 3600_000;
const CONFIG_LIMIT_MS = 10 * 60_000;
/** make removes what it was in the middle of when it is told to end. */
const CLEARING_MS = 10_000;
const TELL_MS = 200;
const CONFIG_BYTES = 1024 * 1024;
/** Reasons are looked for in all Kconfig files, once. */
const KCONFIG_LIMIT_MS = 60_000;
const KCONFIG_LOST_MAX = 200;

/** Where a build finds its source and its room. */
export interface BuildPlace {
  tree: string;
  /** What the environment of make has besides. */
  env: Readonly<Record<string, string>>;
  /** Where make works, kept for the next build; the folder around it is this build's, too. */
  objects: string;
  /** What the last build of it had; null for the first. */
  before: Pick<Built, 'tree' | 'makeLines'> | null;
}

/** What a build came to, beside its files. */
export type BuildOutcome = Pick<Built, 'compiler' | 'seconds' | 'makeLines' | 'warnings' | 'lost'>;

/** One build of a kernel out of its tree: the configuration, make, the modules, and the parts that the library keeps. */
export class KernelBuild {
  private config = '';
  private lost: LostOption[] = [];
  private tally = new BuildTally(null, '');
  private seconds = 0;
  private isWhole = true;

  constructor(
    private readonly wish: BuildWish,
    private readonly place: BuildPlace,
  ) {}

  private runs(modulesInto = ''): MakeRuns {
    const strip = parseConfig(this.config)?.get('CONFIG_DEBUG_INFO') !== 'y';
    return makeRuns(this.wish, this.place.tree, this.objects, modulesInto, strip);
  }

  private get objects(): string {
    return this.place.objects;
  }

  /** There while make works: a host that was killed leaves it, and objects that may be halves. */
  private get mark(): string {
    return join(this.objects, '..', 'building');
  }

  /** The base with the fragment over it; what of the fragment did not survive is told with the reason. */
  async configure(report: JobReporter): Promise<void> {
    const { wish } = this;
    if (await exists(this.mark)) {
      report.log('The last build of it was killed: it is begun anew, because a file may be half-written.');
      await rm(this.objects, { recursive: true, force: true });
    }
    await mkdir(this.objects, { recursive: true, mode: 0o700 });
    await writeFile(this.mark, '');
    try {
      const text = fragmentText(wish.options, wish.fragment);
      const fragment = join(this.objects, FRAGMENT);
      await writeFile(fragment, text);
      const runs = this.runs();
      await this.make(runs.base, CONFIG_LIMIT_MS, report, report.log);
      const config = join(this.objects, '.config');
      if (wish.defconfig !== SMALLEST) {
        report.log(`$ ${shellWords(['cat', fragment])} >> ${shellWords([config])}`);
        // kconfig takes the last line that names an option.
        await appendFile(config, `\n${text}`);
        await this.make(runs.settle, CONFIG_LIMIT_MS, report, report.log);
      }
      const size = (await stat(config)).size;
      if (size > CONFIG_BYTES) throw failure('build-failed', { what: 'its configuration is too large' });
      this.config = await readFile(config, 'utf8');
      await this.tellLost(text, report);
    } finally {
      await rm(this.mark, { force: true });
    }
  }

  private async tellLost(text: string, report: JobReporter): Promise<void> {
    const gone = lostWishes(readFragment(text).wishes, this.config);
    if (gone.length === 0) {
      this.lost = [];
      return;
    }
    const names = new Set(gone.slice(0, KCONFIG_LOST_MAX).map(({ option }) => option));
    const blocks = kconfigBlocks(await this.kconfigAbout(names), names);
    const optional = optionalNames(this.wish.options);
    this.lost = gone
      .map((one) =>
        whyLost(
          one,
          blocks.filter(({ option }) => option === one.option),
          this.config,
        ),
      )
      .filter(
        ({ option }) => !(optional.has(option) && !readFragment(this.wish.fragment).wishes.has(option)),
      );
    for (const { option, wanted, why } of this.lost)
      report.log(`Not taken: CONFIG_${option}=${wanted}. ${why}`);
  }

  /** What the tree's Kconfig files say around some options; '' when that can't be had. */
  private async kconfigAbout(names: ReadonlySet<string>): Promise<string> {
    const entry = `^[[:space:]]*(menu)?config (${[...names].join('|')})[[:space:]]*$`;
    const words = ['-rhsE', '-A', '30', '--include=Kconfig*', '--exclude-dir=arch', '-e', entry];
    // Those of the other kinds of computers say nothing of this one.
    const places = ['.', 'arch/Kconfig', 'arch/um', 'arch/x86/um'].map((one) => join(this.place.tree, one));
    return runProgram(['grep', ...words, '--', ...places], {
      timeoutMs: KCONFIG_LIMIT_MS,
      fineExits: [1, 2],
    }).catch(() => '');
  }

  /** Runs make; Throws Failure build-failed with the first error. */
  async compile(report: JobReporter): Promise<void> {
    const { before, tree } = this.place;
    const isPart = (await exists(join(this.objects, 'linux'))) && before?.tree === tree;
    this.isWhole = !isPart;
    const expected = isPart ? null : (before?.makeLines ?? guessedMakeLines(this.config));
    // One that goes on after an error has done what it had done.
    this.tally = new BuildTally(expected, tree, this.tally.lines);
    let toldAt = 0;
    const startedAt = performance.now();
    await writeFile(this.mark, '');
    try {
      await this.make(this.runs().compile, LIMIT_MS, report, (line) => {
        report.log(line);
        if (!this.tally.add(line)) return;
        const now = performance.now();
        if (now - toldAt < TELL_MS) return;
        toldAt = now;
        report.progress(this.tally.fraction, this.tally.detail);
      });
    } catch (error) {
      throw this.failed(error);
    } finally {
      await rm(this.mark, { force: true });
      this.seconds += (performance.now() - startedAt) / 1000;
    }
    if (!(await statOrNull(join(this.objects, 'linux')))?.isFile())
      throw failure('build-failed', { what: 'make ended without an error and without a kernel' });
  }

  private failed(error: unknown): unknown {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') return error;
    const first = this.tally.error;
    const what = first ? remarkText(first) : `make ended with ${String(error.error.params['exitCode'])}`;
    return failure('build-failed', { what: what.slice(0, 500) }, error.error.detail);
  }

  /** The modules, if it has any, as `lib/modules/VERSION` in the folder that the library keeps. */
  async installModules(staging: string, report: JobReporter): Promise<void> {
    const order = await readFile(join(this.objects, 'modules.order'), 'utf8').catch(() => '');
    if (order.trim() === '') return report.log('It has no modules.');
    const { modules } = this.runs(staging);
    await this.make(modules, LIMIT_MS, report, report.log).catch((error: unknown) => {
      throw this.failed(error);
    });
    const release = (await this.release()) ?? '';
    // They lead to where it was built: nothing that an image should have.
    for (const link of ['build', 'source'])
      if (release !== '') await rm(join(staging, 'lib/modules', release, link), { force: true });
  }

  private async release(): Promise<string | null> {
    const text = await readFile(join(this.objects, 'include/config/kernel.release'), 'utf8').catch(() => '');
    return /^[\w.+~-]{1,100}$/.exec(text.trim())?.[0] ?? null;
  }

  /** The kernel, its configuration, and the scripts of gdb, into the folder that the library keeps. */
  async collect(staging: string, report: JobReporter): Promise<BuildOutcome> {
    const into = join(staging, 'linux');
    await copyFile(join(this.objects, 'linux'), into, constants.COPYFILE_FICLONE);
    await writeFile(join(staging, 'config'), this.config);
    await this.collectScripts(staging);
    const { size } = await stat(into);
    report.log(`The kernel is ${formatBytes(size)}, built in ${Math.round(this.seconds)} s.`);
    const warnings = this.tally.warnings.length;
    return {
      compiler:
        parseConfig(this.config)?.get('CONFIG_CC_VERSION_TEXT')?.replaceAll('"', '').slice(0, 400) ?? '',
      seconds: Math.round(this.seconds * 10) / 10,
      makeLines: this.isWhole ? this.tally.lines : (this.place.before?.makeLines ?? 0),
      warnings,
      lost: this.lost.slice(0, 1000),
    };
  }

  /** gdb reads `linux-gdb.py` beside `linux` by itself, and that looks for the rest beside itself (vmlinux-gdb.py). */
  private async collectScripts(staging: string): Promise<void> {
    const main = join(this.objects, 'vmlinux-gdb.py');
    if (!(await exists(main))) return;
    await copyFile(main, join(staging, 'linux-gdb.py'));
    await cp(join(this.objects, 'scripts/gdb'), join(staging, 'scripts/gdb'), {
      recursive: true,
      dereference: true,
      filter: (path) => !path.split('/').at(-1)?.startsWith('.'),
    });
  }

  private async make(
    argv: [string, ...string[]],
    timeoutMs: number,
    report: JobReporter,
    onLine: (line: string) => void,
  ): Promise<void> {
    report.log(`$ ${shellWords(argv)}`);
    await runProgram(argv, {
      timeoutMs,
      signal: report.signal,
      // The compilers are make's children: none outlives a cancel, or this host.
      withChildren: true,
      killAfterMs: CLEARING_MS,
      // What a shell around the host had for a make of its own is no business of this one.
      env: { MAKEFLAGS: '', MFLAGS: '', MAKELEVEL: '', KCONFIG_CONFIG: '.config', ...this.place.env },
      onLine,
    });
  }
}
