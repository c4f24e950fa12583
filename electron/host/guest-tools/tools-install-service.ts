import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { installCommandLine, installVerdict } from '@shared/guest-tools/install-command-line.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { UmlPlace } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { MEMORY_SAFE_MIB } from '@shared/vms/vm-spec.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { runToItsEnd } from '../kernels/run-to-its-end.js';
import { checkDisks } from '../vms/check-disks.js';
import { checkMemoryFolder, checkPaths, memoryFolder } from '../vms/start-checks.js';
import type { StartService } from '../vms/start-service.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { toolsFolderFiles } from './tools-files.js';

/** It takes a second or two; a guest's shell that waits for something is not waited for. */
const INSTALL_LIMIT_MS = 60_000;
const LAST_LINES = 20;

/**
 * Adds the guest tools to a stopped machine, in its own layer: its disk is booted once with a shell instead of its
 * init, which finds the tools on a hostfs that holds nothing else. So it works for every file system and every
 * distribution that the machine itself can boot, and needs no rights on this computer.
 */
export class ToolsInstallService {
  constructor(
    private readonly vms: VmService,
    private readonly starts: StartService,
    private readonly kernels: KernelService,
    private readonly jobs: JobService,
  ) {}

  /**
   * Makes a machine, gives it the tools unless its image carries them, and then starts it when asked to. That they can't
   * be given is told by the machine itself: it was made, and stays.
   */
  async create(input: Parameters<StartService['create']>[0]): Promise<VmId> {
    const id = await this.starts.create({ ...input, start: false });
    const vm = this.vms.get(id);
    // Whoever wanted it started sees by itself why it didn't.
    const start = (): void => void (input.start && this.starts.start(id).catch(() => {}));
    if (vm.spec.guestTools) start();
    else
      await this.install(id, start).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        vm.problem = error.error;
        vm.announce();
      });
    return id;
  }

  /**
   * Starts it as a job and returns the job's id; `then` is called when it is done and the machine is free again. Throws
   * Failure tools-install-refused and those of a start.
   */
  async install(id: VmId, then: () => void = () => {}): Promise<string> {
    const vm = this.vms.get(id);
    const refuse = (why: string): Failure =>
      failure('tools-install-refused', { name: vm.spec.name, why: why.replace(/\.$/, '') });
    if (vm.state === 'broken') throw refuse('a file of it is missing or damaged');
    // As for a delete: nobody else may use its disk meanwhile.
    const allowance = vmActionAllowance('delete', vm.state);
    if (!allowance.allowed) throw refuse(allowance.reason);
    if (vm.held !== null) throw refuse(vm.held);
    if (vm.spec.taken !== null) throw refuse('it was started outside Paddock and has no layer of Paddock’s');
    if (vm.spec.disks[0] === undefined) throw refuse('it has no disk');
    this.vms.hold(vm, 'Guest tools are being added to it.');
    try {
      await this.check(vm, refuse);
    } catch (error) {
      this.vms.release(vm);
      // Who waits for it to start looks again: nobody starts it now.
      vm.announce();
      throw error;
    }
    return this.jobs.start(
      {
        kind: 'install-guest-tools',
        title: `Adding guest tools to ${vm.spec.name}`,
        vmId: id,
        steps: ['Install them in the guest', 'Note it down'],
      },
      async (report) => {
        try {
          await this.run(vm, report);
        } finally {
          await this.vms.runs.refreshLayer(vm);
          this.vms.release(vm);
          vm.announce();
        }
        then();
        return vm.spec.name;
      },
    );
  }

  private async check(vm: VmRecord, refuse: (why: string) => Failure): Promise<void> {
    const { spec } = vm;
    checkPaths([this.vms.files.umlDir]);
    const kernel = await this.kernels.probe(spec.kernelPath);
    if (kernel.hostfs !== true)
      throw refuse('its kernel has no hostfs (CONFIG_HOSTFS), by which the guest would get them');
    await checkMemoryFolder(memoryFolder(spec), MEMORY_SAFE_MIB);
    await checkDisks(this.vms, vm);
  }

  private async run(vm: VmRecord, report: JobReporter): Promise<void> {
    const { spec } = vm;
    const { files } = this.vms;
    const token = randomBytes(8).toString('hex');
    const folder = join(files.folder(spec.id), `guest-tools-${token}`);
    const place = { umid: `tools-${spec.id}`, umlDir: files.umlDir, byArgv: null };
    const argv = installCommandLine({
      kernelPath: spec.kernelPath,
      ...place,
      memoryMiB: MEMORY_SAFE_MIB,
      disks: this.vms.disks.arguments(spec).slice(0, 1),
      partition: spec.boot.root.kind === 'disk' ? spec.boot.root.partition : null,
      toolsFolder: folder,
      token,
    });
    try {
      report.nextStep();
      await mkdir(folder, { mode: 0o700 });
      for (const { path, text, mode } of toolsFolderFiles)
        await writeFile(join(folder, path), text, { mode });
      const said = await this.boot(argv, place, memoryFolder(spec), report.signal);
      const verdict = installVerdict(said.text, token);
      if (!verdict.ok)
        throw failure(
          'tools-install-failed',
          { name: spec.name, why: verdict.why },
          { command: [...argv], lastLines: said.text.trimEnd().split(/\r?\n/).slice(-LAST_LINES) },
        );
      report.nextStep();
      vm.spec = { ...vm.spec, guestTools: true };
      await files.saveSpec(vm.spec);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Everything that it says, however it ends. */
  private async boot(
    argv: readonly [string, ...string[]],
    place: UmlPlace,
    memoryDir: string,
    signal: AbortSignal,
  ): Promise<{ text: string }> {
    try {
      return { text: await runToItsEnd(argv, { place, memoryDir, timeoutMs: INSTALL_LIMIT_MS, signal }) };
    } catch (error) {
      // A guest that can't power off ends in a panic; what it said before that counts.
      if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
      return { text: (error.error.detail?.lastLines ?? []).join('\n') };
    }
  }
}
