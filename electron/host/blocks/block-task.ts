/** Work on whole disks that a thread of its own does. All paths are absolute; targets must not exist. */
export type BlockTask =
  /** A copy with the same holes. */
  | { kind: 'copy'; from: string; to: string }
  /** Base and layer as one new disk. */
  | { kind: 'merge'; base: string; layer: string; target: string }
  /** What the layer holds, written into the base. Doing it again does no harm. */
  | { kind: 'merge-into'; base: string; layer: string }
  /** Whether the base has what the layer holds. */
  | { kind: 'check-into'; base: string; layer: string }
  /** Whether a disk is what base and layer are together. */
  | { kind: 'check-merge'; base: string; layer: string; target: string }
  /** Whether two disks hold the same. */
  | { kind: 'compare'; a: string; b: string }
  /** A hash of what a disk holds, whatever of it is holes. */
  | { kind: 'hash'; path: string }
  /** Its SHA-256, as sha256sum(1) counts it. */
  | { kind: 'sha256'; path: string };

/** What a task found out. */
export interface BlockResult {
  /** Bytes that were written. */
  written: number;
  /** For the checks and `compare`: the first byte that differs, null when none does. */
  difference: number | null;
  /** For `hash` and `sha256`. */
  hash: string;
}

/** What the thread says. */
export type BlockMessage =
  | { say: 'progress'; done: number; total: number }
  | { say: 'done'; result: BlockResult }
  | { say: 'failed'; code: string; message: string };
