import { open, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { parseKernelConfig, parseKernelVersion, type Kernel } from '@shared/kernels/kernel.js';
import { statOrNull } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';
import type { StateStore } from '../state-store.js';

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
  private readonly probed = new Map<string, Kernel>();

  /** Those of the last look that go by a kernel's name and don't run. */
  refused: readonly RefusedKernel[] = [];

  /** Kernels that machines have, wherever they are; by whoever knows (main.ts). */
  inUse: () => readonly string[] = () => [];

  /** Those that were found; of the others only machines know. */
  private found: ReadonlySet<string> = new Set();
  private refreshed: Promise<void> | null = null;

  constructor(private readonly store: StateStore) {}

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

  /** The newest kernel, once the first look is over. Throws Failure `kernel-none`. */
  async newest(): Promise<Kernel> {
    const [newest] = await this.newestFirst();
    if (!newest) throw failure('kernel-none', {});
    return newest;
  }

  /** All kernels once the first look is over. */
  async newestFirst(): Promise<Kernel[]> {
    await (this.refreshed ?? this.refresh());
    // A kernel that somebody gave one machine is nobody's default.
    const kernels = Object.values(this.store.state.kernels).filter(({ path }) => this.found.has(path));
    return kernels.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
  }

  /** Asks a binary for its version and what its lines can do. Throws Failure: kernel-missing, kernel-not-runnable. */
  async probe(path: string): Promise<Kernel> {
    if (!isAbsolute(path)) throw failure('kernel-not-runnable', { path, why: 'its path must start with /' });
    const file = await statOrNull(path);
    if (!file) throw failure('kernel-missing', { path });
    const key = `${path}:${file.dev}:${file.ino}:${file.mtimeMs}:${file.size}`;
    const known = this.probed.get(key);
    if (known) return known;
    const refuse = (why: string): Failure => failure('kernel-not-runnable', { path, why });
    if (!file.isFile()) throw refuse('it is not a file');
    // Only an ELF program is run: a script of that name could do anything.
    if (!(await isElf(path))) throw refuse('it is not a program');
    if ((file.mode & 0o111) === 0) throw refuse('it may not be executed (chmod +x)');
    const said = await runProgram([path, '--version'], { timeoutMs: PROBE_LIMIT_MS }).catch(
      (error: unknown) => {
        throw refuse(error instanceof Failure ? error.message.replace(/\.$/, '') : 'it can’t be run');
      },
    );
    const version = parseKernelVersion(said);
    if (version === null) throw refuse('it doesn’t answer --version as a UML kernel does');
    // A kernel that doesn't print its configuration can still be run.
    const config = await runProgram([path, '--showconfig'], { timeoutMs: PROBE_LIMIT_MS }).catch(() => '');
    const kernel = { path, version, ...parseKernelConfig(config, version) };
    this.probed.set(key, kernel);
    return kernel;
  }
}

function whyRefused({ error, message }: Failure): string {
  return error.code === 'kernel-not-runnable' ? String(error.params['why']) : message;
}

async function isElf(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
  } finally {
    await file.close();
  }
}
