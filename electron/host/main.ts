import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { isSafeDiskPath } from '@shared/images/disk-path.js';
import { paddockPaths } from '../link/paddock-paths.js';
import { makeHandlers } from './api/handlers.js';
import { ApiServer } from './api/server.js';
import { DebugService } from './debug/debug-service.js';
import { KernelSymbolsService } from './debug/kernel-symbols.js';
import { allChecks } from './diagnostics/all-checks.js';
import { BenchmarkService } from './benchmarks/benchmark-service.js';
import { Diagnostics } from './diagnostics/diagnostics.js';
import { LogCompressor } from './consoles/log-compressor.js';
import { logBytesKept, logLimits } from './consoles/log-limits.js';
import { LogService } from './consoles/log-service.js';
import { claimFolders } from './host-folders.js';
import { FigureService } from './figures/figure-service.js';
import { GuestCopyService } from './guest-tools/guest-copy-service.js';
import { GuestExecService } from './guest-tools/guest-exec-service.js';
import { ToolsInstallService } from './guest-tools/tools-install-service.js';
import { IdleExit } from './idle-exit.js';
import { BuildService } from './images/build/build-service.js';
import { CustomiseService } from './images/disks/customise-service.js';
import { clearHelpers } from './images/disks/helper-uml.js';
import { ImageArchiveService } from './images/disks/image-archive-service.js';
import { ImageBrowser } from './images/disks/image-browser.js';
import { ImageDiskService } from './images/disks/image-disk-service.js';
import { ImageService } from './images/image-service.js';
import { ImageUses } from './images/image-uses.js';
import { LibraryService } from './images/library-service.js';
import { RecipeService } from './images/recipe-service.js';
import { JobService } from './jobs/job-service.js';
import { GetService } from './kernels/get-service.js';
import { BuildTools } from './kernels/build-tools.js';
import { KernelBuildService } from './kernels/kernel-build-service.js';
import { KernelLibrary } from './kernels/kernel-library.js';
import { KernelService } from './kernels/kernel-service.js';
import { BaseHashes } from './layers/base-hashes.js';
import { Holds } from './layers/holds.js';
import { LabImages } from './labs/lab-images.js';
import { LabService } from './labs/lab-service.js';
import { LayerCatalog } from './layers/layer-catalog.js';
import { LayerLibrary } from './layers/layer-library.js';
import { LayerService } from './layers/layer-service.js';
import { MendService } from './layers/mend-service.js';
import { MergeIntents } from './layers/merge-intents.js';
import { MergeService } from './layers/merge-service.js';
import { StillCopies } from './layers/still-copies.js';
import { SnapshotService } from './layers/snapshot-service.js';
import { CaptureService } from './networks/capture-service.js';
import { HostSetupService } from './networks/host-setup-service.js';
import { LiveNetworks } from './networks/live-networks.js';
import { MeasureService } from './networks/measure-service.js';
import { NetworkService } from './networks/network-service.js';
import { LivePlug } from './networks/live-plug.js';
import { NicService } from './networks/nic-service.js';
import { FdEvents } from './platform/fd-events.js';
import { closeInheritedFds } from './platform/inherited-fds.js';
import { log } from './platform/log.js';
import { SafeLinks } from './platform/safe-links.js';
import { StateStore } from './state-store.js';
import { TestRunService } from './testruns/test-run-service.js';
import { TrashService } from './trash/trash-service.js';
import { bootWith } from './vms/boot-with.js';
import { ControlService } from './vms/control-service.js';
import { DiskService } from './vms/disk-service.js';
import { ForeignService } from './vms/foreign-service.js';
import { LineService } from './vms/line-service.js';
import { endedRunFolders, loadMachines, recheckBroken } from './vms/load-machines.js';
import { MachineDisks } from './vms/machine-disks.js';
import { MemoryService } from './vms/memory-service.js';
import { RunArchive } from './vms/run-archive.js';
import { RunService } from './vms/run-service.js';
import { runningMachine } from './vms/running-machine.js';
import { StartService } from './vms/start-service.js';
import { VmFiles } from './vms/vm-files.js';
import { VmService } from './vms/vm-service.js';
import { isLive } from '@shared/vms/vm-state.js';

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
  files.makeFolders();

  const events = new FdEvents();
  // A thread that waits keeps a process from exiting.
  process.once('exit', () => events.close());
  const store = new StateStore();
  const jobs = new JobService(store);
  const kernelLibrary = new KernelLibrary(join(paths.dataDir, 'kernels'));
  const kernels = new KernelService(store, kernelLibrary);
  const images = new ImageService(join(paths.dataDir, 'images'), store);
  const library = new LayerLibrary(join(paths.dataDir, 'layers'));
  const hashes = new BaseHashes(join(paths.dataDir, 'bases'));
  const intents = new MergeIntents(join(paths.dataDir, 'merges'));
  const trash = new TrashService(join(paths.dataDir, 'trash'));
  const links = new SafeLinks(linksFolder(paths));
  const holds = new Holds();
  const disks = new MachineDisks(files, images, library, hashes, intents, holds, links);
  const networkFolder = join(paths.runtimeDir, 'net');
  const networks = new NetworkService(
    join(paths.dataDir, 'networks'),
    store,
    new LiveNetworks(networkFolder, events),
  );
  const hostSetups = new HostSetupService(join(paths.dataDir, 'host-setup'), (subnet) =>
    networks.whyNotSubnet(subnet, null),
  );
  const nics = new NicService(networks, networkFolder, events);
  const captures = new CaptureService(
    join(paths.dataDir, 'captures'),
    networkFolder,
    store,
    networks,
    events,
  );
  nics.beforeUnplug = (id, unit) => captures.endOf(id, unit);
  const courses = new RunService(files, events, disks, nics);
  const vms = new VmService(files, store, images, kernels, courses, disks);
  const catalog = new LayerCatalog(store, vms, library, hashes, intents, links);
  networks.machines = () =>
    [...vms.records.values()].map(({ spec }) => ({ id: spec.id, name: spec.name, nics: spec.nics }));
  networks.tellMachine = (id, text) => {
    const vm = vms.records.get(id);
    vm?.note({ kind: 'lost', text });
    vm?.announce();
  };
  kernels.inUse = () => [...vms.records.values()].map(({ spec }) => spec.kernelPath);
  kernels.machinesOf = (path) =>
    [...vms.records.values()].flatMap(({ spec }) => (spec.kernelPath === path ? [spec.name] : []));
  networks.live.machinePids = () => [...vms.records.values()].flatMap((vm) => vm.run?.pid ?? []);
  vms.nicWords = (spec, kernel) => nics.words(spec, kernel);
  const livePlug = new LivePlug(networks, nics);
  vms.changeCards = async (vm) => {
    const machine = await runningMachine(vm, kernels);
    if (machine) await livePlug.change(machine);
  };
  vms.layersOnBases = () => Object.values(store.state.layers);
  trash.onRestored = async () => {
    await images.readRecords();
    await library.load();
    await catalog.look();
  };
  const control = new ControlService(vms);
  const stillCopies = new StillCopies(control);
  const layers = new LayerService(vms, images, jobs, catalog, library, trash, stillCopies);
  const merges = new MergeService(vms, images, jobs, catalog, library, hashes, intents);
  const foreign = new ForeignService(vms, store, events);
  const diagnostics = new Diagnostics(
    store,
    allChecks({ dataDir: paths.dataDir, store, kernels, vms, images, merges }),
    async () => {
      await kernels.refresh();
      await recheckBroken(vms, events);
      void foreign.look();
    },
  );
  await clearHelpers();
  await kernelLibrary.load();
  await images.load();
  await library.load();
  await intents.load((layerId) => library.remove(layerId));
  await networks.load();
  await hostSetups.load();
  await loadMachines(vms, events);
  await library.settle((path) => vms.whoUses(path));
  await captures.load();
  await nics.goOn(
    new Set([...vms.records.values()].filter((vm) => isLive(vm.state)).map((vm) => vm.spec.id)),
  );
  networks.announceAll();
  vms.whenChanged(() => networks.announceAll());
  const compressor = new LogCompressor(logLimits());
  courses.onLogsClosed = (folder) => compressor.add(folder);
  for (const folder of endedRunFolders(vms)) compressor.add(folder);

  const quit = (): void => {
    log('info', 'host ends', { pid: process.pid });
    server.close();
    process.exit(0);
  };
  const idle = new IdleExit(
    () => server.clientCount > 0 || vms.anyLive || jobs.anyActive || compressor.isBusy || hashes.isBusy,
    quit,
  );
  const facts = { version: PADDOCK_VERSION, dataDir: paths.dataDir };
  const runs = new RunArchive(vms, store, paths.hostLog, logBytesKept());
  const logs = new LogService((id) => vms.get(id));
  const starts = new StartService(
    vms,
    kernels,
    nics,
    async (id) => {
      // What is kept is counted as it is when it is compressed.
      await compressor.whenIdle();
      await runs.prune(id);
    },
    join(paths.runtimeDir, 'autostarted'),
  );
  // Tests of a source tree build it with the same ones.
  const buildTools = new BuildTools(join(paths.dataDir, 'kernel-builds/tools'));
  const kernelBuilds = new KernelBuildService(
    join(paths.dataDir, 'kernel-builds'),
    kernelLibrary,
    kernels,
    jobs,
    {
      nameOf: (id) => vms.get(id).spec.name,
      bootWith: (id, path) => bootWith({ vms, starts, control }, id, path),
    },
    buildTools,
  );
  await kernelBuilds.load();
  const figures = new FigureService(vms, (id) => nics.tapsOf(id));
  const debugFolder = join(paths.runtimeDir, 'debug');
  const symbols = new KernelSymbolsService(join(paths.dataDir, 'kernel-symbols.json'), debugFolder);
  await symbols.load();
  const debug = new DebugService(vms, symbols, events, debugFolder);
  courses.beforeStop = (vm) => debug.letGo(vm);
  const execs = new GuestExecService(vms);
  const copies = new GuestCopyService(vms);
  const toolsInstalls = new ToolsInstallService(vms, starts, kernels, jobs);
  const snapshots = new SnapshotService(vms, stillCopies, jobs, catalog, library, trash);
  const mends = new MendService(vms, images, jobs, catalog, library, hashes, layers, merges, intents, trash);
  const diskService = new DiskService(vms, disks, library, trash);
  diskService.onLayers = (ids) => catalog.lookAt(ids);
  const uses = new ImageUses(store, vms, catalog, holds);
  const recipes = new RecipeService(join(paths.dataDir, 'recipes'));
  const builds = new BuildService(images, jobs, kernels);
  const labs = new LabService(join(paths.dataDir, 'labs'), {
    store,
    vms,
    starts,
    control,
    networks,
    jobs,
    images: new LabImages(store, images, recipes, builds, jobs, kernels),
  });
  await labs.load();
  const benchmarks = new BenchmarkService(
    join(paths.dataDir, 'benchmarks'),
    paths.runtimeDir,
    store,
    jobs,
    kernels,
    () => [...vms.records.values()].flatMap(({ cpu }) => cpu ?? []),
  );
  await benchmarks.load();
  const testRuns = new TestRunService(join(paths.dataDir, 'testruns'), {
    store,
    vms,
    kernels,
    jobs,
    buildTools,
  });
  await testRuns.load();
  const handlers = makeHandlers({
    benchmarks,
    store,
    vms,
    starts,
    control,
    memory: new MemoryService(vms, control),
    lines: new LineService(vms),
    runs,
    logs,
    foreign,
    figures,
    debug,
    symbols,
    execs,
    copies,
    toolsInstalls,
    images,
    recipes,
    builds,
    labs,
    testRuns,
    library: new LibraryService(images, uses, trash),
    imageDisks: new ImageDiskService(images, uses, jobs, kernels),
    archives: new ImageArchiveService(images, uses, jobs),
    customises: new CustomiseService(images, uses, jobs, kernels),
    browser: new ImageBrowser(uses, kernels),
    kernels,
    gets: new GetService(kernelLibrary, kernels, jobs),
    kernelBuilds,
    networks,
    captures,
    measures: new MeasureService(networks, vms, jobs),
    hostSetups,
    jobs,
    catalog,
    layers,
    snapshots,
    merges,
    mends,
    disks: diskService,
    trash,
    diagnostics,
    facts,
    quit,
  });
  const server = new ApiServer(
    handlers,
    () => store.flush(),
    () => idle.look(),
  );
  // Begun before anybody can ask for a layer; who does waits for the end of it.
  void catalog.look();
  await server.listen(paths.hostSocket);
  // Only now: what ends while the parts are still put together must not ask a server that isn't there yet.
  compressor.onIdle = () => idle.look();
  hashes.onIdle = () => idle.look();
  store.watch(() => idle.look());
  idle.look();
  process.on('SIGTERM', quit);
  process.on('SIGINT', quit);
  log('info', 'host listens', { pid: process.pid, socket: paths.hostSocket, version: PADDOCK_VERSION });
  tellStarter('ready');
  // A window that waits for its first picture doesn't wait for this, too; who needs a kernel does.
  await beginWork(diagnostics, starts);
}

/** Where links for unsafe paths are: with the data, unless their path is unsafe itself. */
function linksFolder({ dataDir, runtimeDir }: { dataDir: string; runtimeDir: string }): string {
  return join(isSafeDiskPath(dataDir) ? dataDir : runtimeDir, 'links');
}

/** A host that listens has machines to look after: what goes wrong from here on doesn't end it. */
async function beginWork(diagnostics: Diagnostics, starts: StartService): Promise<void> {
  try {
    await diagnostics.run();
    await starts.autostart();
  } catch (error) {
    log('error', 'first look at this computer', { error: (error as Error).stack });
  }
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
