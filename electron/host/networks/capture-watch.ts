import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import type { CaptureLimits } from '@shared/networks/capture.js';
import { PCAP_HEAD_BYTES } from '@shared/networks/pcap/pcap-file.js';
import type { FdEvents } from '../platform/fd-events.js';
import { statOrNull } from '../platform/files.js';
import { watchEnd, type Helper } from './helper-process.js';

/** Longer than setTimeout takes. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const BEGIN_LIMIT_MS = 10_000;

/** Who is told what becomes of a capture that goes on. */
export interface CaptureListener {
  grew: (bytes: number) => void;
  /** It is full, or its time is up. */
  reached: (limit: 'size' | 'time') => void;
  /** What writes it ended by itself. */
  ended: () => void;
}

/** Watches a capture that goes on: how large its file is, how long it takes, and whether its helper lives. */
export class CaptureWatch {
  private readonly watcher: FSWatcher;
  private readonly timer: NodeJS.Timeout | null;
  private readonly stopWatchingEnd: () => void;
  private isLooking = false;
  private isChanged = false;
  private isOver = false;

  constructor(
    private readonly path: string,
    private readonly limits: CaptureLimits,
    { startedAt, helper, events }: { startedAt: string; helper: Helper | null; events: FdEvents },
    private readonly listener: CaptureListener,
  ) {
    this.watcher = watch(path, () => void this.look());
    this.watcher.on('error', () => {});
    const leftMs =
      limits.seconds === null ? null : Date.parse(startedAt) + limits.seconds * 1000 - Date.now();
    this.timer =
      leftMs === null
        ? null
        : setTimeout(
            () => !this.isOver && listener.reached('time'),
            Math.min(Math.max(leftMs, 0), TIMER_MAX_MS),
          );
    this.stopWatchingEnd =
      helper === null ? () => {} : watchEnd(events, helper, () => !this.isOver && listener.ended());
    void this.look();
  }

  stop(): void {
    this.isOver = true;
    this.watcher.close();
    if (this.timer) clearTimeout(this.timer);
    this.stopWatchingEnd();
  }

  /** One look at a time, and one more when it grew meanwhile. */
  private async look(): Promise<void> {
    this.isChanged = true;
    if (this.isLooking) return;
    this.isLooking = true;
    while (this.isChanged && !this.isOver) {
      this.isChanged = false;
      const bytes = (await statOrNull(this.path))?.size ?? 0;
      if (this.isOver) break;
      this.listener.grew(bytes);
      if (bytes >= this.limits.bytes) this.listener.reached('size');
    }
    this.isLooking = false;
  }
}

/** Resolves when a capture's file has its head: from then on no packet is missed. False when its helper ends first. */
export function fileIsBegun(path: string, helper: Helper, events: FdEvents): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isBegun: boolean): void => {
      clearTimeout(limit);
      watcher.close();
      stopWatchingEnd();
      resolve(isBegun);
    };
    const look = async (): Promise<void> => {
      if (((await statOrNull(path))?.size ?? 0) >= PCAP_HEAD_BYTES) finish(true);
    };
    const limit = setTimeout(() => finish(false), BEGIN_LIMIT_MS);
    const watcher = watch(dirname(path), () => void look());
    const stopWatchingEnd = watchEnd(events, helper, () => finish(false));
    void look();
  });
}
