import type { ImageService } from '../images/image-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import type { MergeService } from '../layers/merge-service.js';
import type { StateStore } from '../state-store.js';
import type { VmService } from '../vms/vm-service.js';
import { computerCheck } from './check-computer.js';
import { diskSpaceCheck } from './check-disk-space.js';
import { fileWatchesCheck } from './check-file-watches.js';
import { kernelCheck } from './check-kernel.js';
import { leftoversCheck } from './check-leftovers.js';
import { memoryFolderCheck } from './check-memory-folder.js';
import { openFilesCheck } from './check-open-files.js';
import { processorCheck } from './check-processor.js';
import { programChecks } from './check-programs.js';
import { ptraceCheck } from './check-ptrace.js';
import { socketPathsCheck } from './check-socket-paths.js';
import { subordinateIdsCheck } from './check-subordinate-ids.js';
import { tunCheck } from './check-tun.js';
import { userNamespacesCheck } from './check-user-namespaces.js';
import type { Check } from './diagnostics.js';
import { Leftovers } from './leftovers.js';

/** The parts of the host that checks look at. */
interface Looked {
  dataDir: string;
  store: StateStore;
  kernels: KernelService;
  vms: VmService;
  images: ImageService;
  merges: MergeService;
}

/** Every check, what is needed most first. */
export function allChecks({ dataDir, store, kernels, vms, images, merges }: Looked): readonly Check[] {
  return [
    computerCheck,
    kernelCheck(kernels, store),
    processorCheck,
    ptraceCheck(kernels),
    memoryFolderCheck(kernels),
    ...programChecks,
    userNamespacesCheck,
    subordinateIdsCheck,
    tunCheck,
    diskSpaceCheck(dataDir),
    openFilesCheck,
    fileWatchesCheck(dataDir),
    socketPathsCheck(vms.files),
    leftoversCheck(new Leftovers(store, vms, images, merges), images),
  ];
}
