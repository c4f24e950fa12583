import { readdirSync } from 'node:fs';
import { parseChildren, parseIo, parseSchedstat, parseStatTimes } from '@shared/figures/proc-text.js';
import { haveOneAddressSpace } from '../platform/libc.js';
import { ChildFiles } from './child-files.js';
import { ProcFile, readProc } from './proc-file.js';

/**
 * Main's CPU time below which nothing else is looked at. A guest's program can't run without its main process, which
 * handles its system calls and 100 timer ticks a second: a guest in a loop takes 3 to 11 ms a second of main's time, an
 * idle one 0.2 ms (docs/decisions/0013). It adds up until it is enough, so nothing is lost, only late.
 */
const QUIET_NS = 1_000_000;
/** So many looks are left out in a row at most, whatever main does. */
const QUIET_LOOKS = 10;

/** What a machine's processes took since they were first looked at. The numbers only grow. */
export interface TreeTotals {
  cpuNs: number;
  readBytes: number;
  writtenBytes: number;
  processes: number;
  /** False when only the main process was looked at, because nothing else can have changed much. */
  isWhole: boolean;
}

/**
 * The processes of one machine: the kernel's main process and its children, which are
 * - helpers, which share its memory and do what it can't wait for, above all all reads and writes of its disks;
 * - stubs, one for each address space in the guest, in which the guest's programs run;
 * - a winch thread for each console.
 */
export class MachineTree {
  private readonly clock: ProcFile;
  private readonly stat: ProcFile;
  private readonly children: ProcFile;
  private readonly files = new ChildFiles();
  /** Children with a memory of their own. */
  private spaces: ReadonlySet<number> = new Set();
  /** Bytes that each helper had read and written at the last look. */
  private io: ReadonlyMap<number, { read: number; written: number }> = new Map();
  /** CPU time of all but the main process, at the last look. */
  private otherNs = 0;
  private lookedAtNs = Number.NEGATIVE_INFINITY;
  private leftOut = 0;
  private readonly totals: TreeTotals = {
    cpuNs: 0,
    readBytes: 0,
    writtenBytes: 0,
    processes: 0,
    isWhole: false,
  };

  /** Throws when there is no such process. */
  constructor(readonly pid: number) {
    const opened: ProcFile[] = [];
    const open = (name: string): ProcFile => {
      const file = new ProcFile(`/proc/${pid}/${name}`);
      opened.push(file);
      return file;
    };
    try {
      this.clock = open('schedstat');
      this.stat = open('stat');
      this.children = open(`task/${pid}/children`);
    } catch (error) {
      for (const file of opened) file.close();
      throw error;
    }
  }

  /** The main process, and every child that doesn't share its memory. */
  get addressSpaces(): readonly number[] {
    return [this.pid, ...this.spaces];
  }

  /** Looks at as much of the tree as can have changed; null when the main process is gone. */
  read(): Readonly<TreeTotals> | null {
    const mainNs = parseSchedstat(this.clock.read() ?? '');
    if (mainNs === null) return null;
    // 0 of a process that runs: this kernel doesn't count nanoseconds.
    const isQuiet = mainNs > 0 && mainNs - this.lookedAtNs < QUIET_NS && this.leftOut < QUIET_LOOKS;
    if (isQuiet) {
      this.leftOut += 1;
      this.totals.isWhole = false;
      this.grow(mainNs + this.otherNs);
      return this.totals;
    }
    return this.look(mainNs) ? this.totals : null;
  }

  close(): void {
    this.clock.close();
    this.stat.close();
    this.children.close();
    this.files.close();
  }

  private look(mainNs: number): boolean {
    // Ended children before living ones: one that ends in between is missed for one look, and not counted twice.
    const times = parseStatTimes(this.stat.read() ?? '');
    if (times === null) return false;
    const isSmp = times.threads > 1;
    const list = isSmp ? this.childrenOfAllThreads() : this.children.read();
    if (list === null) return false;
    const pids = parseChildren(list);
    this.files.keepOnly(pids);
    const spaces = new Set<number>();
    let livingNs = 0;
    const io = new Map<number, { read: number; written: number }>();
    for (const pid of pids) {
      livingNs += this.cpuNsOf(pid);
      // Who shares main's may exec a program and leave it; who has one of its own never comes back.
      if (this.spaces.has(pid) || !haveOneAddressSpace(pid, this.pid)) spaces.add(pid);
      else this.addIo(pid, io);
    }
    this.spaces = spaces;
    this.io = io;
    this.otherNs = livingNs + times.endedNs;
    // schedstat tells of one thread only; a kernel with several CPUs is never taken for quiet by it.
    const exactNs = mainNs === 0 || isSmp ? times.ownNs : mainNs;
    this.grow(exactNs + this.otherNs);
    this.lookedAtNs = isSmp ? Number.NEGATIVE_INFINITY : mainNs;
    this.leftOut = 0;
    this.totals.isWhole = true;
    this.totals.processes = 1 + pids.length;
    return true;
  }

  private addIo(pid: number, io: Map<number, { read: number; written: number }>): void {
    const now = parseIo(this.files.read(pid, 'io') ?? '');
    if (now === null) return;
    const isFirstLook = this.totals.processes === 0;
    const before = this.io.get(pid) ?? (isFirstLook ? now : { read: 0, written: 0 });
    // Less than before: another process of the same pid.
    this.totals.readBytes += now.read >= before.read ? now.read - before.read : now.read;
    this.totals.writtenBytes += now.written >= before.written ? now.written - before.written : now.written;
    io.set(pid, now);
  }

  /** Ended children are told in ticks of 10 ms: the sum may step back by one or two, what we tell never does. */
  private grow(cpuNs: number): void {
    this.totals.cpuNs = Math.max(this.totals.cpuNs, cpuNs);
  }

  private childrenOfAllThreads(): string | null {
    try {
      const threads = readdirSync(`/proc/${this.pid}/task`);
      return threads.map((tid) => readProc(`/proc/${this.pid}/task/${tid}/children`) ?? '').join(' ');
    } catch {
      return null;
    }
  }

  /** 0 for a process that is gone: its parent's account of ended children has it, at the next look. */
  private cpuNsOf(pid: number): number {
    const exact = parseSchedstat(this.files.read(pid, 'schedstat') ?? '');
    if (exact === null || exact > 0) return exact ?? 0;
    return parseStatTimes(this.files.read(pid, 'stat') ?? '')?.ownNs ?? 0;
  }
}
