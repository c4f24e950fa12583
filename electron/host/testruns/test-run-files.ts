import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Results } from '@shared/testruns/test-node.js';
import {
  testResultsRecordSchema,
  testRunIdSchema,
  testRunRecordSchema,
  type TestRun,
} from '@shared/testruns/test-run.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';

/** Runs of tests on disk, a folder each: run.json, results.json once it is over, and output.txt, as it was received. */
export class TestRunFiles {
  constructor(private readonly folder: string) {}

  /** What is kept, broken ones left out. */
  async load(): Promise<TestRun[]> {
    const runs: TestRun[] = [];
    for (const id of await readdir(this.folder).catch(() => [])) {
      if (!testRunIdSchema.safeParse(id).success) continue;
      const read = await readJson(join(this.folder, id, 'run.json'), testRunRecordSchema);
      if (read.ok && read.value.run.id === id) runs.push(read.value.run);
      else log('warn', 'run of tests can’t be read', { id, why: read.ok ? 'its id' : read.why });
    }
    return runs;
  }

  async make(run: TestRun): Promise<void> {
    await mkdir(join(this.folder, run.id), { recursive: true, mode: 0o700 });
    await this.save(run);
  }

  async save(run: TestRun): Promise<void> {
    await writeJson(join(this.folder, run.id, 'run.json'), { version: 1, run });
  }

  async saveResults(id: string, results: Results): Promise<void> {
    await writeJson(join(this.folder, id, 'results.json'), { version: 1, results });
  }

  /** Its results; null when there are none that can be read. */
  async results(id: string): Promise<Results | null> {
    const read = await readJson(join(this.folder, id, 'results.json'), testResultsRecordSchema);
    return read.ok ? read.value.results : null;
  }

  /** Where its output is. */
  outputPath(id: string): string {
    return join(this.folder, id, 'output.txt');
  }

  /** Lines of its output; fewer at its end. */
  async lines(id: string, from: number, count: number): Promise<string[]> {
    const path = this.outputPath(id);
    if (!(await stat(path).catch(() => null))?.isFile()) return [];
    const stream = createReadStream(path, 'utf8');
    const wanted: string[] = [];
    let at = 0;
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (at >= from + count) break;
      if (at >= from) wanted.push(line);
      at += 1;
    }
    stream.destroy();
    return wanted;
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, id), { recursive: true, force: true });
  }

  /** The folder that kunit.py builds in for a tree: kept, so that the next run only builds what changed. */
  buildDir(name: string): string {
    return join(this.folder, `build-${name}`);
  }

  /** Removes what was built of trees that no kept run is of. */
  async removeBuilds(keep: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => []))
      if (name.startsWith('build-') && !keep.has(name.slice(6)))
        await rm(join(this.folder, name), { recursive: true, force: true });
  }
}
