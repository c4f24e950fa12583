import { readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { parseConfig } from '@shared/kernels/kernel-config.js';
import {
  newestFirst,
  parseKernelVersion,
  readKernel,
  usualKernel,
  type Kernel,
} from '@shared/kernels/kernel.js';
import type { LibraryKernel } from '@shared/kernels/library-kernel.js';
import { statOrNull } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';
import type { StateStore } from '../state-store.js';
import { elfFacts } from '../platform/elf-file.js';
import type { KernelLibrary } from './kernel-library.js';

/** `--version` prints one line and ends at once. */
const PROBE_LIMIT_MS = 5000;
/** Names that distributions and kernel builds give the binary. */
const kernelNames = /^(linux|linux\.uml|linux-uml|vmlinux\.uml|user-mode-linux)$/;

/** A file that goes by a kernel's name, and why it isn't one that runs here. */
export interface RefusedKernel {
  path: string;
  why: string;
}

/** Finds the UML kernels of this computer and tells which can be run. */
export class KernelService {
  /** Answers by file identity, so that each binary is asked once. */
  private readonly probed = new Map<string, Omit<Kernel, 'library'>>();

  /** Those of the last look that go by a kernel's name and don't run. */
  refused: readonly RefusedKernel[] = [];

  /** Kernels that machines have, wherever they are; by whoever knows (main.ts). */
  inUse: () => readonly string[] = () => [];

  /** Names of the machines whose kernel a path is; by whoever knows (main.ts). */
  machinesOf: (path: string) => readonly string[] = () => [];

  /** Those that were found; of the others only machines know. */
  private found: ReadonlySet<string> = new Set();
  private refreshed: Promise<void> | null = null;

  constructor(
    private readonly store: StateStore,
    private readonly library: KernelLibrary,
  ) {}

  /** Looks into the folders of PATH again. */
  refresh(): Promise<void> {
    this.refreshed = this.look();
    return this.refreshed;
  }

  private async look(): Promise<void> {
    const found = new Map<string, Kernel>();
    const refused = new Map<string, string>();
    const folders = new Set((process.env['PATH'] ?? '/usr/local/bin:/usr/bin').split(':').filter(isAbsolute));
    for (const folder of folders) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter((other) => kernelNames.test(other))) {
        // /usr/bin/linux is a link to linux.uml on Debian: listed once, under its real name.
        const path = await realpath(join(folder, name)).catch(() => null);
        if (path === null || found.has(path) || refused.has(path)) continue;
        try {
          found.set(path, await this.probe(path));
        } catch (error) {
          refused.set(path, error instanceof Failure ? whyRefused(error) : String(error));
        }
      }
    }
    for (const { path } of this.library.all) {
      try {
        found.set(path, await this.probe(path));
      } catch (error) {
        refused.set(path, error instanceof Failure ? whyRefused(error) : String(error));
      }
    }
    this.found = new Set(found.keys());
    for (const path of this.inUse()) {
      const kernel = await this.probe(path).catch(() => null);
      if (kernel) found.set(kernel.path, kernel);
    }
    this.refused = [...refused].map(([path, why]) => ({ path, why }));
    for (const path of Object.keys(this.store.state.kernels))
      if (!found.has(path)) this.store.change({ collection: 'kernels', id: path, value: null });
    for (const [path, kernel] of found) this.store.change({ collection: 'kernels', id: path, value: kernel });
  }

  /** A machine has this one from now on. */
  know(kernel: Kernel): void {
    this.store.change({ collection: 'kernels', id: kernel.path, value: kernel });
  }

  /** Takes a finished folder into the library; resolves to the kernel's path. Throws Failure kernel-not-runnable. */
  async take(record: LibraryKernel, staging: string): Promise<string> {
    let path = record.file;
    await this.library.put(record, staging, async (at) => {
      path = at;
      await this.probe(at);
    });
    this.found = new Set([...this.found, path]);
    this.know(await this.probe(path));
    return path;
  }

  /** Takes one out of the library, with all that came with it. Throws Failure: kernel-not-ours, kernel-in-use. */
  async remove(path: string): Promise<void> {
    const record = this.library.byPath(path);
    if (!record) throw failure('kernel-not-ours', { path });
    const machines = this.machinesOf(path);
    if (machines.length > 0)
      throw failure('kernel-in-use', { title: record.title, machines: machines.join(', ') });
    await this.library.remove(record);
    await this.refresh();
  }

  /** What it was built with, as it prints it. Throws Failure: kernel-missing, kernel-not-runnable. */
  async config(path: string): Promise<string> {
    await this.probe(path);
    return runProgram([path, '--showconfig'], { timeoutMs: PROBE_LIMIT_MS });
  }

  /**
   * The newest kernel, once the first look is over: one with memory protection, which all programs run on, if there is
   * any. Throws Failure `kernel-none`.
   */
  async newest(): Promise<Kernel> {
    const newest = usualKernel(await this.newestFirst());
    if (!newest) throw failure('kernel-none', {});
    return newest;
  }

  /** All kernels once the first look is over. */
  async newestFirst(): Promise<Kernel[]> {
    await (this.refreshed ?? this.refresh());
    // A kernel that somebody gave one machine is nobody's default.
    const kernels = Object.values(this.store.state.kernels).filter(({ path }) => this.found.has(path));
    return newestFirst(kernels);
  }

  /** Asks a binary for its version and what its lines can do. Throws Failure: kernel-missing, kernel-not-runnable. */
  async probe(path: string): Promise<Kernel> {
    if (!isAbsolute(path)) throw failure('kernel-not-runnable', { path, why: 'its path must start with /' });
    const file = await statOrNull(path);
    if (!file) throw failure('kernel-missing', { path });
    const key = `${path}:${file.dev}:${file.ino}:${file.mtimeMs}:${file.size}`;
    const known = this.probed.get(key);
    if (known) return { ...known, library: this.library.byPath(path) ?? null };
    const refuse = (why: string): Failure => failure('kernel-not-runnable', { path, why });
    if (!file.isFile()) throw refuse('it is not a file');
    // Only an ELF program is run: a script of that name could do anything.
    const elf = await elfFacts(path);
    if (!elf) throw refuse('it is not a program');
    if ((file.mode & 0o111) === 0) throw refuse('it may not be executed (chmod +x)');
    const said = await runProgram([path, '--version'], { timeoutMs: PROBE_LIMIT_MS }).catch(
      (error: unknown) => {
        throw refuse(error instanceof Failure ? error.message.replace(/\.$/, '') : 'it can’t be run');
      },
    );
    const version = parseKernelVersion(said);
    if (version === null) throw refuse('it doesn’t answer --version as a UML kernel does');
    // A kernel that prints neither can still be run.
    const ask = async (word: string): Promise<string> =>
      runProgram([path, word], { timeoutMs: PROBE_LIMIT_MS }).catch(() => '');
    const help = await ask('--help');
    const { glibc, hasSymbols, hasDebugInfo } = elf;
    const kernel = {
      path,
      version,
      ...readKernel(version, {
        config: parseConfig(await ask('--showconfig')),
        help: help === '' ? null : help,
      }),
      glibc,
      hasSymbols,
      hasDebugInfo,
    };
    this.probed.set(key, kernel);
    return { ...kernel, library: this.library.byPath(path) ?? null };
  }
}

function whyRefused({ error, message }: Failure): string {
  return error.code === 'kernel-not-runnable' ? String(error.params['why']) : message;
}
