import type { CardRate, Figure } from '@shared/figures/figure.js';
import { parseNetDev } from '@shared/figures/proc-text.js';
import type { CardTap } from '@shared/figures/card-taps.js';
import { isAlive, type ProcessId } from '../platform/processes.js';
import { MachineMemory } from './machine-memory.js';
import { MachineTree, type TreeTotals } from './machine-tree.js';
import { readProc } from './proc-file.js';

/** What grows, at one moment. */
interface Counters {
  /** By the clock that is never set: a rate must not jump with the other. */
  at: number;
  tree: TreeTotals;
  /** Bytes of each card whose interface can be seen, by its number. */
  cards: ReadonlyMap<number, { in: number; out: number }>;
}

/** Measures one run of a machine. */
export class MachineFigures {
  private readonly tree: MachineTree;
  private readonly memory: MachineMemory;
  private last: Counters | null = null;

  /** Throws when the process is gone. */
  constructor(
    readonly process: ProcessId,
    /** The interfaces of its cards as they are now: cards come and go while it runs. */
    private readonly taps: () => readonly CardTap[],
  ) {
    this.tree = new MachineTree(process.pid);
    // From here on the open files hold on to the right one; before, the pid could have become another's.
    if (!isAlive(process)) {
      this.tree.close();
      throw new Error('it is gone');
    }
    this.memory = new MachineMemory(process.pid);
  }

  /**
   * A figure, and the time since the one before, for which its rates stand; null when there is none before, or the
   * process is gone.
   */
  take(
    at: number,
    layerBytes: number,
    guestUsedBytes: number | null,
  ): { figure: Figure; cards: CardRate[]; ms: number } | null {
    const before = this.last;
    const now = this.count();
    this.last = now;
    if (now === null || before === null) return null;
    const ms = now.at - before.at;
    const rate = (a: number, b: number): number => ((b - a) * 1000) / ms;
    // An interface that was made anew counts from 0 again.
    const cards = [...now.cards].flatMap(([unit, bytes]): CardRate[] => {
      const was = before.cards.get(unit);
      if (!was) return [];
      return [
        {
          unit,
          inRate: Math.max(0, rate(was.in, bytes.in)),
          outRate: Math.max(0, rate(was.out, bytes.out)),
        },
      ];
    });
    const sum = (key: 'inRate' | 'outRate'): number | null =>
      cards.length === 0 ? null : cards.reduce((total, card) => total + card[key], 0);
    const figure: Figure = {
      at,
      cpu: rate(before.tree.cpuNs, now.tree.cpuNs) / 1e9,
      memoryBytes: this.memory.bytes,
      guestUsedBytes,
      readRate: rate(before.tree.readBytes, now.tree.readBytes),
      writeRate: rate(before.tree.writtenBytes, now.tree.writtenBytes),
      layerBytes,
      inRate: sum('inRate'),
      outRate: sum('outRate'),
      processes: now.tree.processes,
    };
    return { figure, cards, ms };
  }

  /** Milliseconds for which its PSS should have been measured; 0: it is new enough. */
  pssOverdue(now: number): number {
    return this.last !== null && this.memory.isDue(now, this.last.tree.cpuNs) ? now - this.memory.pssAt : 0;
  }

  /** Measures the PSS, which takes long. */
  measurePss(now: number): void {
    this.memory.measurePss(now, this.last?.tree.cpuNs ?? 0, this.tree.addressSpaces);
  }

  close(): void {
    this.tree.close();
  }

  private count(): Counters | null {
    const at = performance.now();
    const tree = this.tree.read();
    if (tree === null) return null;
    if (!tree.isWhole) return { at, tree: { ...tree }, cards: this.last?.cards ?? new Map() };
    this.memory.lookAtFile();
    return { at, tree: { ...tree }, cards: this.countCards() };
  }

  /** Bytes in and out as the guest sees them: what this computer received from the tap, the guest sent. */
  private countCards(): Counters['cards'] {
    const taps = this.taps();
    if (taps.length === 0) return new Map();
    // Its own network namespace's, whichever that is.
    const counted = parseNetDev(readProc(`/proc/${this.process.pid}/net/dev`) ?? '');
    return new Map(
      taps.flatMap(({ unit, tap }) => {
        const bytes = counted.get(tap);
        return bytes ? [[unit, { in: bytes.sent, out: bytes.received }] as const] : [];
      }),
    );
  }
}
