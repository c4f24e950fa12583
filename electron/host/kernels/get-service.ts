import { chmod, mkdir, readdir, rename, rm, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { DEBIAN_MIRROR } from '@shared/images/debian.js';
import { OLDEST_SUITE } from '@shared/kernels/apt.js';
import { compareVersions } from '@shared/programs/elf.js';
import type { LibraryKernel } from '@shared/kernels/library-kernel.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import { exists } from '../platform/files.js';
import { findTool } from '../platform/find-tool.js';
import { runProgram } from '../platform/run-program.js';
import { copyLibc, DebianPackages } from './debian-packages.js';
import { elfFacts } from '../platform/elf-file.js';
import type { KernelLibrary } from './kernel-library.js';
import type { KernelService } from './kernel-service.js';

const PATCH_LIMIT_MS = 60_000;

/** What is asked for. */
export interface DebianWish {
  suite: string;
  /** Null: Debian's own. */
  mirror: string | null;
  /** Take lists that are out of date by their own word. */
  acceptStale: boolean;
}

/** Gets kernels into the library: Debian's packages, and files that are somewhere on this computer. */
export class GetService {
  private readonly getting = new Set<string>();

  constructor(
    private readonly library: KernelLibrary,
    private readonly kernels: KernelService,
    private readonly jobs: JobService,
  ) {}

  /** Debian's package of a suite, as a job whose result is the kernel's path. Throws Failure kernel-getting. */
  debian({ suite, mirror, acceptStale }: DebianWish): string {
    const title = `Debian ${suite}`;
    if (this.getting.has(suite)) throw failure('kernel-getting', { title });
    this.getting.add(suite);
    const source = { suite, mirror: mirror ?? DEBIAN_MIRROR };
    return this.jobs.start(
      {
        kind: 'get-kernel',
        title: `Getting the kernel of ${title}`,
        vmId: null,
        steps: [
          `Read what ${suite} has`,
          'Fetch the kernel',
          'Give it its C library',
          'Ask it what it can do',
        ],
      },
      async (report) => {
        const staging = await this.library.staging(suite);
        const work = join(staging, 'work');
        try {
          report.nextStep();
          const packages = await DebianPackages.open(join(work, 'apt'), source, acceptStale, report);
          report.nextStep();
          const packageVersion = await packages.unpack('user-mode-linux', join(work, 'kernel'));
          await takeKernel(join(work, 'kernel'), staging);
          report.nextStep();
          const id = `debian-${suite}`;
          const libc = await this.giveLibc(packages, staging, this.library.folderOf({ id }), source, report);
          await rm(work, { recursive: true, force: true });
          report.nextStep();
          const record: LibraryKernel = {
            version: 1,
            id,
            title,
            file: 'linux',
            how: { kind: 'debian', ...source, packageVersion, libc },
            createdAt: new Date().toISOString(),
          };
          return await this.kernels.take(record, staging);
        } finally {
          this.getting.delete(suite);
          await rm(staging, { recursive: true, force: true });
        }
      },
    );
  }

  /** A file of this computer, which stays where it is. Throws Failure: kernel-missing, kernel-not-runnable. */
  async file(path: string): Promise<string> {
    const known = this.library.byPath(path);
    if (known) return path;
    const kernel = await this.kernels.probe(path);
    const id = this.library.freeId(`file-${kernel.version}`);
    const staging = await this.library.staging(id);
    return this.kernels.take(
      {
        version: 1,
        id,
        title: path.split('/').slice(-2).join('/'),
        file: path,
        how: { kind: 'file' },
        createdAt: new Date().toISOString(),
      },
      staging,
    );
  }

  /**
   * The kernel's C library beside it, when it needs a newer one than this computer's: loader and search path are set in
   * this private copy of the binary (patchelf(1)). Run by the loader instead, it would not find itself: it starts
   * /proc/self/exe anew (arch/um/os-Linux/main.c). Resolves to the version, null when none is needed.
   */
  private async giveLibc(
    packages: DebianPackages,
    staging: string,
    home: string,
    source: { suite: string; mirror: string },
    report: JobReporter,
  ): Promise<string | null> {
    const { glibc } = (await elfFacts(join(staging, 'linux'))) ?? { glibc: null };
    const own = ownGlibc();
    if (glibc === null || (own !== null && compareVersions(glibc, own) <= 0)) {
      report.log(`It needs glibc ${glibc ?? 'not at all'}; this computer has ${own ?? 'none'}.`);
      return null;
    }
    report.log(
      `It needs glibc ${glibc}; this computer has ${own ?? 'none'}: that of ${source.suite} is put beside it.`,
    );
    const work = join(staging, 'work');
    const version = await packages.unpack('libc6', join(work, 'libc'));
    await copyLibc(join(work, 'libc'), join(staging, 'libc'));
    const patchelf = await this.patchelf(work, source.mirror, report);
    await runProgram(
      [
        patchelf,
        '--set-interpreter',
        // Where it will be, not where it is now.
        join(home, 'libc/ld-linux-x86-64.so.2'),
        '--set-rpath',
        join(home, 'libc'),
        join(staging, 'linux'),
      ],
      { timeoutMs: PATCH_LIMIT_MS, signal: report.signal },
    );
    return version;
  }

  /** This computer's, or Debian's, unpacked for the moment. */
  private async patchelf(work: string, mirror: string, report: JobReporter): Promise<string> {
    if (await findTool('patchelf')) return 'patchelf';
    const source = { suite: OLDEST_SUITE, mirror };
    const packages = await DebianPackages.open(join(work, 'apt-patchelf'), source, true, report);
    await packages.unpack('patchelf', join(work, 'patchelf'));
    return join(work, 'patchelf/usr/bin/patchelf');
  }
}

/** What a kernel of the library is made of, out of Debian's package. */
async function takeKernel(unpacked: string, staging: string): Promise<void> {
  await copyFile(join(unpacked, 'usr/bin/linux.uml'), join(staging, 'linux'));
  await chmod(join(staging, 'linux'), 0o755);
  const modules = join(unpacked, 'usr/lib/uml/modules');
  await mkdir(join(staging, 'lib/modules'), { recursive: true });
  for (const version of await readdir(modules).catch(() => []))
    await rename(join(modules, version), join(staging, 'lib/modules', version));
  const config = join(unpacked, 'usr/lib/uml/config');
  if (await exists(config)) await rename(config, join(staging, 'config'));
}

/** The glibc that this program runs with; null for another C library. */
function ownGlibc(): string | null {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}
