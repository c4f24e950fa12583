import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { failure } from '@shared/errors/paddock-error.js';
import { DEBIAN_MIRROR } from '@shared/images/debian.js';
import { keptSourceSchema, type KeptSource } from '@shared/kernels/build-plan.js';
import type { JobReporter } from '../jobs/job-service.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { runProgram } from '../platform/run-program.js';
import { DebianPackages } from './debian-packages.js';
import { diskUse } from './disk-use.js';

const RECORD = 'source.json';
const STAGING = 'new-';
const UNPACK_LIMIT_MS = 30 * 60_000;
const recordSchema = keptSourceSchema.omit({ bytes: true, tree: true }).extend({ folder: z.string() });

/** Debian's sources of the kernel, unpacked once for each suite: `<folder>/<suite>/{source.json, linux-source-6.1/}`. */
export class KernelSources {
  constructor(private readonly folder: string) {}

  /** Clears away what a killed host left half-unpacked; nobody waits for it. */
  async load(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names) if (name.startsWith(STAGING)) this.clear(join(this.folder, name));
  }

  private clear(path: string): void {
    void rm(path, { recursive: true, force: true }).catch((error: Error) =>
      log('warn', 'sources not removed', { path, error: error.message }),
    );
  }

  /** That of a suite; null when it isn't here. */
  async find(suite: string): Promise<Omit<KeptSource, 'bytes'> | null> {
    const read = await readJson(join(this.folder, suite, RECORD), recordSchema);
    if (!read.ok || read.value.suite !== suite || read.value.folder.includes('/')) return null;
    const { folder, ...source } = read.value;
    return { ...source, tree: join(this.folder, suite, folder) };
  }

  /** All that are here, with the room that they take. */
  async list(): Promise<KeptSource[]> {
    const kept: KeptSource[] = [];
    for (const suite of await readdir(this.folder).catch(() => [])) {
      const source = await this.find(suite);
      if (source) kept.push({ ...source, bytes: await diskUse(join(this.folder, suite)) });
    }
    return kept;
  }

  /** Removes that of a suite: out of the way at once, and from the disk when its hundred thousand files are gone. */
  async remove(suite: string): Promise<void> {
    const aside = join(this.folder, `${STAGING}${suite}-gone-${randomBytes(4).toString('hex')}`);
    const isThere = await rename(join(this.folder, suite), aside).then(
      () => true,
      () => false,
    );
    if (!isThere) return;
    // What a killed host leaves of it the next one clears away.
    this.clear(aside);
  }

  /**
   * Fetches and unpacks that of a suite. The package of the one name depends on the one of the version. Who made it is
   * checked by apt, as with all packages.
   */
  async fetch(
    { suite, mirror, acceptStale }: { suite: string; mirror: string | null; acceptStale: boolean },
    report: JobReporter,
  ): Promise<Omit<KeptSource, 'bytes'>> {
    const staging = join(this.folder, `${STAGING}${suite}-${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(staging, { recursive: true, mode: 0o700 });
      const from = { suite, mirror: mirror ?? DEBIAN_MIRROR };
      const packages = await DebianPackages.open(join(staging, 'apt'), from, acceptStale, report);
      const { depends } = await packages.describe('linux-source');
      const name = depends.find((one) => /^linux-source-\d[\w.+-]*$/.test(one));
      if (name === undefined) throw failure('suite-without-source', from);
      const packageVersion = await packages.unpack(name, join(staging, 'package'));
      report.progress(null, `Unpacking ${name}`);
      const archive = join(staging, 'package/usr/src', `${name}.tar.xz`);
      await runProgram(['nice', '-n', '10', 'tar', '-xJf', archive, '-C', staging], {
        timeoutMs: UNPACK_LIMIT_MS,
        signal: report.signal,
        withChildren: true,
      });
      for (const part of ['apt', 'package']) await rm(join(staging, part), { recursive: true, force: true });
      const record = { suite, packageName: name, packageVersion, folder: name };
      await writeJson(join(staging, RECORD), record);
      await this.remove(suite);
      await rename(staging, join(this.folder, suite));
      return { suite, packageName: name, packageVersion, tree: join(this.folder, suite, name) };
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
}
