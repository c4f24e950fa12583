import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { Disk } from '@shared/layers/disk.js';
import { runSchema, type Run, type UmlPlace } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { vmSpecFileSchema, type VmSpec } from '@shared/vms/vm-spec.js';
import { readJson, writeJson } from '../platform/files.js';

/** No name of a machine ends so. */
export const REPLY_SUFFIX = '~';

/**
 * The files of machines, named once:
 * `<vms>/<id>/vm.json`, `<vms>/<id>/<disk>`, `<vms>/<id>/runs/<number>/{run.json,events.jsonl,conN.log,rescue.log}`;
 * the other files of a log are named in consoles/log-segments.
 */
export class VmFiles {
  constructor(
    readonly vmsDir: string,
    /** `<runtime>/uml`: UML's own folder of umids. */
    readonly umlDir: string,
    /** `<runtime>/notify`: the sockets that kernels report to. */
    readonly notifyDir: string,
  ) {}

  /** Makes the folders that everything else goes into. */
  makeFolders(): void {
    for (const folder of [this.vmsDir, this.umlDir, this.notifyDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  folder(id: VmId): string {
    return join(this.vmsDir, id);
  }

  /** The file of a disk. */
  disk(spec: Pick<VmSpec, 'id'>, disk: Disk): string {
    switch (disk.kind) {
      case 'layer':
        return join(this.folder(spec.id), disk.layerFile);
      case 'own':
        return join(this.folder(spec.id), disk.file);
      case 'file':
        return disk.path;
    }
  }

  /** The files in a machine's folder that are disks, by their endings. */
  async ownDisks(id: VmId): Promise<string[]> {
    return (await readdir(this.folder(id)).catch(() => []))
      .filter((name) => /\.(?:cow|img)$/.test(name))
      .map((name) => join(this.folder(id), name));
  }

  runFolder(id: VmId, run: number): string {
    return join(this.folder(id), 'runs', String(run));
  }

  consoleLog(id: VmId, run: number, console: ConsoleName): string {
    return join(this.runFolder(id, run), `${console}.log`);
  }

  /** What happened in a run, a line of JSON each. */
  events(id: VmId, run: number): string {
    return join(this.runFolder(id, run), 'events.jsonl');
  }

  /** Where the kernel of a machine reports its boot and its panics, in a run or, `run` null, at the next start. */
  notifySocket(spec: VmSpec, run: Run | null): string {
    return isConfined(spec, run) ? join(this.ownFolder(spec.id), 'notify') : join(this.notifyDir, spec.name);
  }

  /** Where its management console answers to: beside that one, so that whoever may see one sees the other. */
  replySocket(spec: VmSpec, run: Run | null): string {
    return `${this.notifySocket(spec, run)}${REPLY_SUFFIX}`;
  }

  /** The sockets of a machine that must not see those of the others. */
  ownFolder(id: VmId): string {
    return join(dirname(this.umlDir), 'own', id);
  }

  /** They go with the run. */
  removeOwnFolder(id: VmId): void {
    rmSync(this.ownFolder(id), { recursive: true, force: true });
  }

  /** Where a machine's processes are to be found: under its own name, unless its run was taken over. */
  place(spec: VmSpec, run: Run | null): UmlPlace {
    const umlDir = isConfined(spec, run) ? this.ownFolder(spec.id) : this.umlDir;
    return run?.place ?? { umid: spec.name, umlDir, byArgv: null };
  }

  mconsoleSocket({ umid, umlDir }: UmlPlace): string {
    return join(umlDir, umid, 'mconsole');
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
  async loadSpec(id: string): ReturnType<typeof readJson<typeof vmSpecFileSchema>> {
    return readJson(join(this.vmsDir, id, 'vm.json'), vmSpecFileSchema);
  }

  /** Numbers of all run folders, oldest first, those with a damaged `run.json` too. */
  async runNumbers(id: VmId): Promise<number[]> {
    return (await readdir(join(this.folder(id), 'runs'), { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isDirectory() && /^[1-9]\d{0,8}$/.test(entry.name))
      .map((entry) => Number(entry.name))
      .sort((a, b) => a - b);
  }

  /** All runs that can be read, oldest first. */
  async loadRuns(id: VmId): Promise<Run[]> {
    const runs: Run[] = [];
    for (const number of await this.runNumbers(id)) {
      const run = await readJson(join(this.runFolder(id, number), 'run.json'), runSchema);
      // A folder that was copied by hand says it is another run.
      if (run.ok && run.value.number === number) runs.push(run.value);
    }
    return runs;
  }

  async remove(id: VmId): Promise<void> {
    // Again, when a log that is just being compressed comes in between.
    await rm(this.folder(id), { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * One that is given files of this computer, to boot from or as shares, is kept away from all others. What runs stays as it
 * was started, whatever its settings are now.
 */
export function isConfined({ boot, shares }: VmSpec, run: Run | null): boolean {
  const isGoingOn = run !== null && run.end === null;
  if (isGoingOn && run.confined !== undefined) return run.confined;
  return boot.root.kind !== 'disk' || (shares.length > 0 && !isGoingOn);
}
