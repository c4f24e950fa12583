import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runSchema, type Run } from '@shared/vms/run.js';
import { vmSpecSchema, type VmId, type VmSpec } from '@shared/vms/vm-spec.js';
import { readJson, writeJson } from '../platform/files.js';

/**
 * The files of machines, named once:
 * `<vms>/<id>/vm.json`, `<vms>/<id>/<layer>`, `<vms>/<id>/runs/<number>/{run.json,conN.log}`.
 */
export class VmFiles {
  constructor(
    readonly vmsDir: string,
    /** `<runtime>/uml`: UML's own folder of umids. */
    readonly umlDir: string,
    private readonly notifyDir: string,
  ) {}

  folder(id: VmId): string {
    return join(this.vmsDir, id);
  }

  layer(spec: VmSpec): string {
    return join(this.folder(spec.id), spec.disk.layerFile);
  }

  runFolder(id: VmId, run: number): string {
    return join(this.folder(id), 'runs', String(run));
  }

  consoleLog(id: VmId, run: number, console: number): string {
    return join(this.runFolder(id, run), `con${console}.log`);
  }

  /** Where the kernel of a machine reports its boot and its panics. */
  notifySocket(umid: string): string {
    return join(this.notifyDir, umid);
  }

  mconsoleSocket(umid: string): string {
    return join(this.umlDir, umid, 'mconsole');
  }

  async saveSpec(spec: VmSpec): Promise<void> {
    await writeJson(join(this.folder(spec.id), 'vm.json'), spec);
  }

  async saveRun(id: VmId, run: Run): Promise<void> {
    await mkdir(this.runFolder(id, run.number), { recursive: true, mode: 0o700 });
    await writeJson(join(this.runFolder(id, run.number), 'run.json'), run);
  }

  /** Folders of all machines, the damaged ones too. */
  async ids(): Promise<string[]> {
    return (await readdir(this.vmsDir, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && /^[a-z0-9]{12}$/.test(entry.name))
      .map((entry) => entry.name);
  }

  /** A machine's spec, or why it can't be read. */
  async loadSpec(id: string): ReturnType<typeof readJson<typeof vmSpecSchema>> {
    return readJson(join(this.vmsDir, id, 'vm.json'), vmSpecSchema);
  }

  /** All runs that can be read, oldest first. */
  async loadRuns(id: VmId): Promise<Run[]> {
    const names = await readdir(join(this.folder(id), 'runs')).catch(() => []);
    const numbers = names
      .map(Number)
      .filter(Number.isInteger)
      .sort((a, b) => a - b);
    const runs: Run[] = [];
    for (const number of numbers) {
      const run = await readJson(join(this.runFolder(id, number), 'run.json'), runSchema);
      if (run.ok) runs.push(run.value);
    }
    return runs;
  }

  async remove(id: VmId): Promise<void> {
    await rm(this.folder(id), { recursive: true, force: true });
  }
}
