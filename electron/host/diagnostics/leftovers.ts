import { existsSync, rmSync, unlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { ImageService } from '../images/image-service.js';
import { layerView } from '../layers/layer-files.js';
import type { MergeService } from '../layers/merge-service.js';
import {
  isAlive,
  mainProcess,
  processesByUmid,
  readPidFile,
  signalProcess,
  startTicks,
  type ProcessId,
} from '../platform/processes.js';
import { REPLY_SUFFIX } from '../vms/vm-files.js';
import type { StateStore } from '../state-store.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import {
  hasLiveSocket,
  isDeadSocket,
  isShared,
  isUmidFolder,
  namesIn,
  removeUmidFolder,
} from './dead-files.js';

/** Killed processes vanish within milliseconds. */
const KILL_LIMIT_MS = 2000;

/** One thing that a dead machine or a dead job left. */
export interface Leftover {
  /** What it is, for the list. */
  name: string;
  /** Looks again, at once: a machine may have been started since it was listed. */
  isDead: () => boolean;
  remove: () => Promise<void> | void;
}

/**
 * What machines and jobs left that were killed together with their host. A host cleans up after its own; this is for
 * the rest. Everything else is somebody's: in Paddock's folders only what nothing of Paddock's works on, outside them
 * only folders of UML's in ~/.uml whose process and socket are both dead.
 */
export class Leftovers {
  constructor(
    private readonly store: StateStore,
    private readonly vms: VmService,
    private readonly images: ImageService,
    private readonly merges: MergeService,
  ) {}

  /** All of them. Strays come first: they hold what comes after. */
  async find(): Promise<Leftover[]> {
    const found = [
      ...this.strays(),
      ...this.umidFolders(),
      ...this.homeUmidFolders(),
      ...this.notifySockets(),
      ...this.halfFiles(),
      ...(await this.machineFolders()),
    ];
    return found.filter((one) => one.isDead());
  }

  /** Disks in the library's folder that it doesn't list: a merge was killed between the two. */
  unlistedImages(): string[] {
    const listed = new Set(Object.values(this.store.state.images).map(({ path }) => path));
    return namesIn(this.images.folder)
      .filter((name) => name.endsWith('.img'))
      .map((name) => join(this.images.folder, name))
      .filter((path) => !listed.has(path) && !this.isInTheMaking(path));
  }

  /** Processes of machines that are known and don't run; their main process is gone. */
  private strays(): Leftover[] {
    const { umlDir } = this.vms.files;
    return [...processesByUmid(umlDir)]
      .filter(([umid]) => this.machine(umid) !== undefined)
      .map(([umid, processes]) => ({
        name: `${processes.length === 1 ? 'a process' : `${processes.length} processes`} of ${umid}`,
        isDead: () =>
          !this.isInUse(umid) && !isMainAlive(umid, umlDir) && processes.some((process) => isAlive(process)),
        remove: () => killAll(processes),
      }));
  }

  private umidFolders(): Leftover[] {
    const { umlDir } = this.vms.files;
    return namesIn(umlDir).map((umid) => {
      const folder = join(umlDir, umid);
      const isDead = (): boolean => {
        if (this.isInUse(umid) || !isUmidFolder(folder)) return false;
        if (isMainAlive(umid, umlDir)) return false;
        // Strays, which are listed themselves, share the socket of the dead.
        return (
          !hasLiveSocket(folder) || (this.machine(umid) !== undefined && processesByUmid(umlDir).has(umid))
        );
      };
      return { name: folder, isDead, remove: () => removeUmidFolder(folder) };
    });
  }

  private homeUmidFolders(): Leftover[] {
    const umlDir = join(homedir(), '.uml');
    if (isShared(umlDir)) return [];
    return namesIn(umlDir).map((umid) => {
      const folder = join(umlDir, umid);
      const isDead = (): boolean => {
        if (!isUmidFolder(folder)) return false;
        const pid = readPidFile({ umid, umlDir });
        return pid !== null && startTicks(pid) === null && !hasLiveSocket(folder);
      };
      return { name: folder, isDead, remove: () => removeUmidFolder(folder) };
    });
  }

  private notifySockets(): Leftover[] {
    const { umlDir } = this.vms.files;
    const folder = this.vms.files.notifyDir;
    return namesIn(folder).map((name) => {
      const path = join(folder, name);
      const umid = name.endsWith(REPLY_SUFFIX) ? name.slice(0, -REPLY_SUFFIX.length) : name;
      return {
        name: path,
        isDead: () => !this.isInUse(umid) && !isMainAlive(umid, umlDir) && isDeadSocket(path),
        remove: () => unlinkSync(path),
      };
    });
  }

  /** What a job was writing when its host was killed. */
  private halfFiles(): Leftover[] {
    return namesIn(this.images.folder)
      .filter((name) => name.endsWith('.partial') || name.startsWith('tiny-tree-'))
      .map((name) => join(this.images.folder, name))
      .map((path) => ({
        name: path,
        isDead: () => existsSync(path) && !this.isInTheMaking(path),
        remove: () => rmSync(path, { recursive: true, force: true }),
      }));
  }

  /**
   * A machine whose making or deleting was cut off: without settings and without a single changed sector. One that
   * holds data is listed as broken, and is its owner's to delete.
   */
  private async machineFolders(): Promise<Leftover[]> {
    const found: Leftover[] = [];
    for (const { spec, state } of this.vms.records.values()) {
      const folder = this.vms.files.folder(spec.id);
      if (state !== 'broken' || existsSync(join(folder, 'vm.json')) || !(await isEmptyMachine(folder)))
        continue;
      found.push({
        name: folder,
        isDead: () => this.isBroken(spec.id) && existsSync(folder) && !existsSync(join(folder, 'vm.json')),
        remove: () => this.vms.delete(spec.id),
      });
    }
    return found;
  }

  private isBroken(id: VmId): boolean {
    const vm = this.vms.records.get(id);
    return vm?.state === 'broken' && vm.held === null;
  }

  private isInTheMaking(path: string): boolean {
    return this.merges.isMaking(path) || this.images.isMaking(path);
  }

  private machine(umid: string): VmRecord | undefined {
    return [...this.vms.records.values()].find(({ spec }) => spec.name === umid);
  }

  private isInUse(umid: string): boolean {
    const vm = this.machine(umid);
    return vm !== undefined && (isLive(vm.state) || vm.held !== null);
  }
}

/** True while the kernel that a umid folder is of lives. */
function isMainAlive(umid: string, umlDir: string): boolean {
  const place = { umid, umlDir, byArgv: null };
  const pid = readPidFile(place);
  // Most are dead, and that is cheaper to find out than whose process it is.
  return pid !== null && startTicks(pid) !== null && mainProcess(place) !== null;
}

async function isEmptyMachine(folder: string): Promise<boolean> {
  const layers = namesIn(folder).filter((name) => name !== 'runs' && !name.startsWith('vm.json'));
  if (layers.length === 0) return true;
  if (layers.some((name) => basename(name) !== 'disk.cow')) return false;
  const layer = await layerView(join(folder, 'disk.cow')).catch(() => null);
  return layer?.changedBytes === 0;
}

async function killAll(processes: readonly ProcessId[]): Promise<void> {
  for (const one of processes) signalProcess(one, 'SIGKILL');
  const until = Date.now() + KILL_LIMIT_MS;
  while (processes.some(isAlive) && Date.now() < until) await delay(5);
}
