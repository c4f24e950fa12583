import { existsSync, writeFileSync } from 'node:fs';
import type { CallInput } from '@shared/api/calls.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isNommu } from '@shared/kernels/nommu.js';
import { isReady } from '@shared/vms/readiness.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { StartAfter } from '@shared/vms/vm-spec.js';
import { isLive } from '@shared/vms/vm-state.js';
import { checkChannels } from '../consoles/channel-checks.js';
import type { KernelService } from '../kernels/kernel-service.js';
import type { NicService } from '../networks/nic-service.js';
import { log } from '../platform/log.js';
import { mainProcess, reapMachine } from '../platform/processes.js';
import { checkDisks } from './check-disks.js';
import { checkAddress0, checkNommuInit } from './check-nommu.js';
import { checkRunMode } from './check-run-mode.js';
import { makeOwnFolder, rehearse } from './confinement.js';
import { cpuFor } from './cpu-spread.js';
import { checkFolderFree, checkHostRoot, confinementOf } from './host-root.js';
import { checkShares } from './shares.js';
import {
  checkMemory,
  checkMemoryFolder,
  checkPaths,
  checkSocketPaths,
  memoryFolder,
} from './start-checks.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/** Starts machines: the checks before, the order among them, again after a restart, and by itself at login. */
export class StartService {
  constructor(
    private readonly vms: VmService,
    private readonly kernels: KernelService,
    private readonly nics: NicService,
    /** Makes room for one more run. */
    private readonly prune: (id: VmId) => Promise<void>,
    /** A file in the session's runtime folder that says that autostart was done. */
    private readonly autostartMark: string,
  ) {
    vms.whenChanged(() => this.lookAtWaiting());
    vms.runs.onEnded = (vm) => this.endedRun(vm);
  }

  /** Makes a machine and starts it when asked to; a start that fails is told by the machine itself: it was made, and stays. */
  async create(input: Omit<CallInput<'vms.create'>, 'addGuestTools'>): Promise<VmId> {
    const id = await this.vms.create(input);
    if (!input.start) return id;
    try {
      await this.start(id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
    return id;
  }

  /**
   * Starts a machine after those that it starts after, which are started, too. Returns when its process runs or when
   * it waits. Throws Failure, and nothing has changed, when a check fails.
   */
  async start(id: VmId): Promise<void> {
    const vm = this.vms.get(id);
    this.vms.demand(vm, 'start');
    const isAskedAgain = vm.waiting !== null;
    vm.waiting = null;
    if (!isAskedAgain && vm.spec.startAfter.length > 0 && (await this.seeToOthers(vm))) return;
    await this.startNow(vm);
  }

  /** Takes back a start that waits. */
  stopWaiting(id: VmId): void {
    const vm = this.vms.get(id);
    vm.waiting = null;
    vm.announce();
  }

  /** Starts what is marked for it, once in a login session: a host that comes again must not undo a person's stop. */
  async autostart(): Promise<void> {
    if (existsSync(this.autostartMark)) return;
    writeFileSync(this.autostartMark, '', { mode: 0o600 });
    const wanted = [...this.vms.records.values()].filter((vm) => vm.spec.autostart && !isLive(vm.state));
    for (const vm of wanted) {
      // One that another has started meanwhile, because that one starts after it, is fine.
      await this.start(vm.spec.id).catch((error: Error) =>
        log('warn', 'autostart', { name: vm.spec.name, error: error.message }),
      );
    }
  }

  /** The same, while nothing else may begin with the machine. */
  private async seeToOthers(vm: VmRecord): Promise<boolean> {
    this.vms.hold(vm, 'It is starting already.');
    try {
      return await this.startWaiting(vm);
    } finally {
      this.vms.release(vm);
    }
  }

  /** Sees to those that must come first. True when the machine waits now. */
  private async startWaiting(vm: VmRecord): Promise<boolean> {
    for (const { vmId } of vm.spec.startAfter) {
      const other = this.vms.records.get(vmId);
      // One that is gone, taken away by hand or when its host was killed, is nothing to wait for.
      if (!other || isLive(other.state) || other.waiting !== null || other.held !== null) continue;
      try {
        await this.start(vmId);
      } catch (error) {
        throw this.refuse(vm, other, (error as Error).message);
      }
    }
    return this.nextWait(vm);
  }

  /** Sets what the machine waits for next; false when there is nothing left. */
  private nextWait(vm: VmRecord): boolean {
    const missing = vm.spec.startAfter.find(({ vmId, ready }) => !this.isReady({ vmId, ready }));
    if (!missing) return false;
    const { name } = this.vms.get(missing.vmId).spec;
    vm.waiting = { vmId: missing.vmId, name, ready: missing.ready };
    vm.problem = null;
    vm.announce();
    return true;
  }

  private isReady({ vmId, ready }: StartAfter[number]): boolean {
    const other = this.vms.records.get(vmId);
    return other === undefined || isReady(ready, other);
  }

  /** Something changed: whoever waited for it goes on, or learns that it waits in vain. */
  private lookAtWaiting(): void {
    for (const vm of this.vms.records.values()) {
      const { waiting } = vm;
      if (waiting === null) continue;
      const other = this.vms.records.get(waiting.vmId);
      if (other && !isLive(other.state) && other.waiting === null && other.held === null) {
        vm.waiting = null;
        const end = other.run?.end;
        const why =
          other.problem !== null
            ? 'it could not be started'
            : end
              ? `it ended: ${stopReasonText(end.reason).short}`
              : 'it does not run';
        vm.problem = failure('start-dependency', { name: vm.spec.name, other: waiting.name, why }).error;
        queueMicrotask(() => vm.announce());
      } else if (this.isReady(waiting)) {
        vm.waiting = null;
        // Until then it is held: who waits for this one must not take it for one that nobody starts.
        this.vms.hold(vm, 'It is starting already.');
        // Not within the announcement that brought us here.
        queueMicrotask(() => {
          this.vms.release(vm);
          void this.goOn(vm);
        });
      }
    }
  }

  private async goOn(vm: VmRecord): Promise<void> {
    try {
      if (!this.nextWait(vm)) await this.startNow(vm);
    } catch (error) {
      log('warn', 'start after another', { name: vm.spec.name, error: (error as Error).message });
    }
  }

  private async startNow(vm: VmRecord): Promise<void> {
    this.vms.demand(vm, 'start');
    // At once, before anything is awaited: a second start, a delete or a merge must not slip in between.
    this.vms.hold(vm, 'It is starting already.');
    try {
      const kernel = await this.checkStart(vm);
      vm.problem = null;
      vm.happen('start', 'asked');
      // Taken before anything is awaited: of fifty that start at once each must see where the others are.
      vm.cpu = cpuFor(vm.spec, this.vms.cpusInUse(vm));
      await this.vms.runs.launch(vm, kernel);
      void this.prune(vm.spec.id).catch((error: Error) =>
        log('warn', 'runs not pruned', { name: vm.spec.name, error: error.message }),
      );
    } catch (error) {
      vm.problem = asFailure(error, vm.spec.name).error;
      throw asFailure(error, vm.spec.name);
    } finally {
      this.vms.release(vm);
      vm.announce();
    }
  }

  /** Everything that is known to make a start fail, before it does. */
  private async checkStart(vm: VmRecord): Promise<Kernel> {
    const { spec } = vm;
    const { files } = this.vms;
    // From here on it has a run of its own, under its own name.
    const place = files.place(spec, null);
    checkMemory(spec.memoryMiB);
    checkPaths([place.umlDir, files.notifySocket(spec, null)]);
    checkSocketPaths(files.mconsoleSocket(place), files.replySocket(spec, null));
    const kernel = await this.kernels.probe(spec.kernelPath);
    await checkMemoryFolder(memoryFolder(spec), spec.memoryMiB);
    await checkChannels(spec.consoles, kernel, this.vms.ownFiles());
    checkRunMode(spec.runMode, kernel);
    await this.nics.check(spec, kernel);
    const stranger = mainProcess(place);
    if (stranger !== null && stranger.pid !== vm.run?.pid)
      throw failure('umid-in-use', { umid: place.umid, pid: stranger.pid });
    // Strays of an earlier run hold the disk's lock: gone before the lock is looked at.
    await reapMachine(place);
    await checkDisks(this.vms, vm);
    if (isNommu(kernel)) await checkNommuInit(vm, this.kernels, files);
    checkAddress0(vm, kernel);
    await checkShares(spec, kernel, files, this.vms.kernelPaths());
    const confinement = confinementOf(spec, files, this.vms.disks.arguments(spec), [], kernel.version);
    if (confinement) {
      checkFolderFree(vm, this.vms.records.values());
      if (confinement.root) await checkHostRoot(confinement.root, { ...spec.boot, ...spec }, kernel, files);
      await makeOwnFolder(confinement);
      await rehearse(confinement);
    }
    return kernel;
  }

  private endedRun(vm: VmRecord): void {
    if (!vm.restarting) return;
    // Restarting until the next run begins: nobody should take the moment between for the end of it.
    void this.startNow(vm)
      .catch((error: Error) => log('warn', 'restart', { name: vm.spec.name, error: error.message }))
      .finally(() => {
        vm.restarting = false;
        vm.announce();
      });
  }

  private refuse(vm: VmRecord, other: VmRecord, why: string): Failure {
    const error = failure('start-dependency', {
      name: vm.spec.name,
      other: other.spec.name,
      why: why.replace(/\.$/, ''),
    });
    vm.problem = error.error;
    vm.announce();
    return error;
  }
}

function asFailure(error: unknown, name: string): Failure {
  return error instanceof Failure ? error : failure('start-failed', { name, why: (error as Error).message });
}
