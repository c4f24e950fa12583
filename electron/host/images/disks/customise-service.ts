import { stat } from 'node:fs/promises';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { customiseScript, type HelperChanges } from '@shared/images/customise-script.js';
import type { ImageChanges } from '@shared/images/customise.js';
import type { Image } from '@shared/images/image.js';
import type { Secrets } from '@shared/images/recipe.js';
import { whyOfScript } from '@shared/images/resolve-script.js';
import type { JobReporter, JobService } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';
import { modulesOrNull } from '../kernel-modules.js';
import { isExt } from './disk-parts.js';
import { checkFilesystem, checkKnown } from './filesystem-work.js';
import { rootPart } from './find-root.js';
import { runHelper } from './helper-uml.js';
import { ImageWork } from './image-work.js';
import { passwordField } from './password-field.js';

const LIMIT_MS = 1800_000;

/** What the helper needs of this computer. */
interface Prepared {
  changes: Omit<HelperChanges, 'device' | 'type'>;
  folders: Record<string, string>;
  files: Record<string, string>;
}

/**
 * Changes what is in an image that nothing uses, without root: a helper mounts a copy of it, which takes its place when
 * all went well. One way for every file system and every change, where a real kernel resolves the names.
 */
export class CustomiseService {
  private readonly work: ImageWork;

  constructor(
    images: ImageService,
    private readonly uses: ImageUses,
    jobs: JobService,
    private readonly kernels: KernelService,
  ) {
    this.work = new ImageWork(images, uses, jobs);
  }

  /** Carries out changes. Throws Failure: image-busy, image-unfit, image-file, password-missing. */
  async customise(id: string, changes: ImageChanges, secrets: Secrets): Promise<string> {
    const { name } = this.uses.get(id);
    let prepared: Prepared | null = null;
    return this.work.onCopy(
      id,
      {
        kind: 'customise-image',
        title: `Changing ${name}`,
        why: 'it is being changed',
        steps: ['Change what is in it', 'Check the file system'],
      },
      async (copy, image, report) => {
        report.nextStep();
        if (prepared !== null) await this.apply(copy, image, prepared, report);
        report.nextStep();
        const part = await rootPart({ ...image, path: copy }, this.kernels);
        const task = { kernels: this.kernels, name, path: copy, part, report };
        const { isSound, said } = await checkFilesystem(task);
        if (!isSound) throw failure('image-damaged', { name, why: said });
        return { result: `${name} was changed.`, isChanged: true };
      },
      async (image) => {
        checkKnown({ name, part: await rootPart(image, this.kernels) });
        prepared = await this.prepare(changes, secrets);
      },
    );
  }

  private async apply(copy: string, image: Image, prepared: Prepared, report: JobReporter): Promise<void> {
    const { partition, filesystem } = await rootPart({ ...image, path: copy }, this.kernels);
    const type = isExt(filesystem) ? 'ext4' : filesystem === 'btrfs' ? 'btrfs' : 'xfs';
    const lines: string[] = [];
    await runHelper({
      name: image.name,
      kernels: this.kernels,
      script: customiseScript({ ...prepared.changes, device: `/dev/ubdb${partition ?? ''}`, type }),
      disks: [{ path: copy, readOnly: false }],
      filesystems: [type],
      folders: prepared.folders,
      files: prepared.files,
      timeoutMs: LIMIT_MS,
      signal: report.signal,
      onLine: (line) => {
        lines.push(line);
        if (lines.length > 200) lines.shift();
        report.log(line);
      },
    }).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
      const isFull = lines.some((line) => line.includes('No space left on device'));
      const why = isFull ? 'it has no room for that; make it larger first' : whyOfScript(lines);
      throw why === null ? error : failure('image-unfit', { name: image.name, why }, error.error.detail);
    });
  }

  private async prepare(changes: ImageChanges, secrets: Secrets): Promise<Prepared> {
    const folders: Record<string, string> = {};
    const files: { to: string; mode: number }[] = [];
    for (const [n, { from, to, mode }] of (changes.files ?? []).entries()) {
      folders[`file-${n}`] = from;
      const file = await plainFile(from);
      files.push({ to, mode: mode ?? file.mode & 0o777 });
    }
    for (const [n, path] of (changes.packages ?? []).entries()) {
      await plainFile(path);
      folders[`package-${n}`] = path;
    }
    const modules = changes.modulesOf === undefined ? null : await this.modules(changes.modulesOf);
    if (modules !== null) folders['modules'] = modules.folder;
    const root = changes.root === undefined ? null : await passwordField('root', changes.root, secrets);
    return {
      folders,
      files: root === null ? {} : { root: `${root}\n` },
      changes: {
        hasRoot: root !== null,
        hostname: changes.hostname ?? null,
        files,
        remove: changes.remove ?? [],
        modules: modules?.version ?? null,
        packages: changes.packages?.length ?? 0,
        removePackages: changes.removePackages ?? [],
      },
    };
  }

  private async modules(kernelPath: string): Promise<{ version: string; folder: string }> {
    const { version } = await this.kernels.probe(kernelPath);
    const folder = await modulesOrNull(version, kernelPath);
    if (folder !== null) return { version, folder };
    throw failure('image-file', {
      path: kernelPath,
      why: `the modules of ${version} are neither beside it nor in /usr/lib/uml/modules or /lib/modules`,
    });
  }
}

async function plainFile(path: string): Promise<{ mode: number }> {
  const file = await stat(path).catch(() => {
    throw failure('image-file', { path, why: 'it is not there, or you may not read it' });
  });
  if (!file.isFile()) throw failure('image-file', { path, why: 'it is not a file' });
  return file;
}
