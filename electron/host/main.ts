import { closeSync, mkdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { paddockPaths } from '../link/paddock-paths.js';
import { makeHandlers } from './api/handlers.js';
import { ApiServer } from './api/server.js';
import { diskSpaceCheck } from './diagnostics/check-disk-space.js';
import { checkKernels } from './diagnostics/check-kernel.js';
import { memoryFolderCheck } from './diagnostics/check-memory-folder.js';
import { programChecks } from './diagnostics/check-programs.js';
import { ptraceCheck } from './diagnostics/check-ptrace.js';
import { Diagnostics } from './diagnostics/diagnostics.js';
import { claimFolders } from './host-folders.js';
import { IdleExit } from './idle-exit.js';
import { ImageService } from './images/image-service.js';
import { JobService } from './jobs/job-service.js';
import { KernelService } from './kernels/kernel-service.js';
import { MergeService } from './layers/merge-service.js';
import { FdEvents } from './platform/fd-events.js';
import { closeInheritedFds } from './platform/inherited-fds.js';
import { log } from './platform/log.js';
import { StateStore } from './state-store.js';
import { loadMachines, recheckBroken } from './vms/load-machines.js';
import { RunService } from './vms/run-service.js';
import { VmFiles } from './vms/vm-files.js';
import { VmService } from './vms/vm-service.js';

/** Whoever starts a host waits on this descriptor for `ready` or an error; without one nobody waits. */
const READY_FD = 3;

/** The host: made of these parts, started in this order. */
async function main(): Promise<void> {
  closeInheritedFds();
  const paths = paddockPaths();
  await claimFolders(paths);
  const files = new VmFiles(
    join(paths.dataDir, 'vms'),
    join(paths.runtimeDir, 'uml'),
    join(paths.runtimeDir, 'notify'),
  );
  mkdirSync(files.vmsDir, { recursive: true, mode: 0o700 });
  mkdirSync(files.umlDir, { recursive: true, mode: 0o700 });

  const events = new FdEvents();
  // A thread that waits keeps a process from exiting.
  process.once('exit', () => events.close());
  const store = new StateStore();
  const jobs = new JobService(store);
  const kernels = new KernelService(store);
  const images = new ImageService(join(paths.dataDir, 'images'), store);
  const vms = new VmService(files, store, images, kernels, new RunService(files, events));
  const merges = new MergeService(vms, images, jobs);
  const diagnostics = new Diagnostics(
    store,
    [
      checkKernels(kernels, store),
      ptraceCheck,
      memoryFolderCheck,
      ...programChecks,
      diskSpaceCheck(paths.dataDir),
    ],
    async () => {
      await kernels.refresh();
      await recheckBroken(vms, events);
    },
  );
  await images.load();
  await loadMachines(vms, events);

  const quit = (): void => {
    log('info', 'host ends', { pid: process.pid });
    server.close();
    process.exit(0);
  };
  const idle = new IdleExit(() => server.clientCount > 0 || vms.anyLive || jobs.anyActive, quit);
  const facts = { version: PADDOCK_VERSION, dataDir: paths.dataDir };
  const handlers = makeHandlers({ store, vms, images, jobs, merges, diagnostics, facts, quit });
  const server = new ApiServer(
    handlers,
    () => store.flush(),
    () => idle.look(),
  );
  await server.listen(paths.hostSocket);
  store.watch(() => idle.look());
  idle.look();
  process.on('SIGTERM', quit);
  process.on('SIGINT', quit);
  log('info', 'host listens', { pid: process.pid, socket: paths.hostSocket, version: PADDOCK_VERSION });
  tellStarter('ready');
  // A window that waits for its first picture doesn't wait for this, too; who needs a kernel does.
  void diagnostics.run();
}

function tellStarter(line: string): void {
  try {
    writeSync(READY_FD, `${line}\n`);
    closeSync(READY_FD);
  } catch {
    // Started by hand: nobody waits.
  }
}

process.on('uncaughtException', (error) => log('error', 'uncaught', { error: error.stack }));
process.on('unhandledRejection', (error) => log('error', 'unhandled', { error: (error as Error).stack }));

try {
  await main();
} catch (error) {
  const known =
    error instanceof Failure ? error : failure('host-start-failed', { why: (error as Error).message });
  log('error', known.message, { stack: (error as Error).stack });
  process.stderr.write(`${known.message}\n`);
  tellStarter(JSON.stringify(known.error));
  process.exit(1);
}
