import { failure } from '@shared/errors/paddock-error.js';

/** What a helper machine is to do. */
export interface HelperTask {
  /** What it is for, in an error: "debian-12". */
  name: string;
  /** Shell text (BusyBox sh), run as root in the helper. */
  script: string;
  /** Disks of it: the first is /dev/ubdb, and so on. */
  disks: readonly { path: string; readOnly: boolean }[];
  /** Folders of this computer that the script finds below /host/NAME, read-only by a promise of the script's only. */
  folders?: Readonly<Record<string, string>>;
  memoryMiB?: number;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Each line that the script prints. */
  onLine?: (line: string) => void;
}

/** Runs a script as root of a helper UML. Resolves to what it printed. Throws Failure tool-failed when it exits not 0. */
export async function runHelper(task: HelperTask): Promise<string> {
  throw failure('internal', { message: `helpers can’t be run yet (${task.name})` });
}
