import type { CallName, CallOutput } from '@shared/api/calls.js';
import type { z } from 'zod';
import type { calls } from '@shared/api/calls.js';
import type { BenchmarkService } from '../benchmarks/benchmark-service.js';
import type { LogService } from '../consoles/log-service.js';
import type { DebugService } from '../debug/debug-service.js';
import type { KernelSymbolsService } from '../debug/kernel-symbols.js';
import type { Diagnostics } from '../diagnostics/diagnostics.js';
import type { FigureService } from '../figures/figure-service.js';
import type { GuestCopyService } from '../guest-tools/guest-copy-service.js';
import type { GuestExecService } from '../guest-tools/guest-exec-service.js';
import type { ToolsInstallService } from '../guest-tools/tools-install-service.js';
import type { BuildService } from '../images/build/build-service.js';
import type { CustomiseService } from '../images/disks/customise-service.js';
import type { ImageArchiveService } from '../images/disks/image-archive-service.js';
import type { ImageBrowser } from '../images/disks/image-browser.js';
import type { ImageDiskService } from '../images/disks/image-disk-service.js';
import type { ImageService } from '../images/image-service.js';
import type { LibraryService } from '../images/library-service.js';
import type { RecipeService } from '../images/recipe-service.js';
import type { JobService } from '../jobs/job-service.js';
import type { GetService } from '../kernels/get-service.js';
import type { KernelBuildService } from '../kernels/kernel-build-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import type { LabService } from '../labs/lab-service.js';
import type { LayerCatalog } from '../layers/layer-catalog.js';
import type { LayerService } from '../layers/layer-service.js';
import type { MendService } from '../layers/mend-service.js';
import type { MergeService } from '../layers/merge-service.js';
import type { SnapshotService } from '../layers/snapshot-service.js';
import type { CaptureService } from '../networks/capture-service.js';
import type { MeasureService } from '../networks/measure-service.js';
import type { HostSetupService } from '../networks/host-setup-service.js';
import type { NetworkService } from '../networks/network-service.js';
import type { StateStore } from '../state-store.js';
import type { TestRunService } from '../testruns/test-run-service.js';
import type { TrashService } from '../trash/trash-service.js';
import type { ControlService } from '../vms/control-service.js';
import type { DiskService } from '../vms/disk-service.js';
import type { ForeignService } from '../vms/foreign-service.js';
import type { LineService } from '../vms/line-service.js';
import type { MemoryService } from '../vms/memory-service.js';
import type { RunArchive } from '../vms/run-archive.js';
import type { StartService } from '../vms/start-service.js';
import type { VmService } from '../vms/vm-service.js';
import type { Client } from './client.js';

/** What a call is given, checked. */
export type Input<N extends CallName> = z.output<(typeof calls)[N]['input']>;
/** What a call answers; nothing for one that only says that it was done. */
type Answer<N extends CallName> =
  CallOutput<N> extends Record<string, never> ? CallOutput<N> | void : CallOutput<N>;

/** What answers each call of the contract; the type makes the table complete. */
export type Handlers = {
  [N in CallName]: (input: Input<N>, connection: Client) => Promise<Answer<N>> | Answer<N>;
};

/** What the handlers pass calls on to. */
export interface Services {
  store: StateStore;
  vms: VmService;
  starts: StartService;
  control: ControlService;
  memory: MemoryService;
  lines: LineService;
  runs: RunArchive;
  logs: LogService;
  foreign: ForeignService;
  debug: DebugService;
  symbols: KernelSymbolsService;
  figures: FigureService;
  execs: GuestExecService;
  copies: GuestCopyService;
  toolsInstalls: ToolsInstallService;
  images: ImageService;
  recipes: RecipeService;
  builds: BuildService;
  library: LibraryService;
  imageDisks: ImageDiskService;
  archives: ImageArchiveService;
  customises: CustomiseService;
  browser: ImageBrowser;
  kernels: KernelService;
  gets: GetService;
  kernelBuilds: KernelBuildService;
  benchmarks: BenchmarkService;
  networks: NetworkService;
  labs: LabService;
  testRuns: TestRunService;
  captures: CaptureService;
  measures: MeasureService;
  hostSetups: HostSetupService;
  jobs: JobService;
  catalog: LayerCatalog;
  layers: LayerService;
  snapshots: SnapshotService;
  merges: MergeService;
  mends: MendService;
  disks: DiskService;
  trash: TrashService;
  diagnostics: Diagnostics;
  facts: { version: string; dataDir: string };
  quit: () => void;
}
