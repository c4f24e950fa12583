import { setTimeout as delay } from 'node:timers/promises';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import { GUEST_TOOLS_PROTOCOL, GuestLines, parseGuestLine } from '@shared/guest-tools/guest-protocol.js';
import type { VmView } from '@shared/vms/vm-view.js';
import type { GuestToolsWire } from '@shared/vms/wiring.js';
import { log } from '../platform/log.js';
import type { SocketPair } from '../platform/socket-pair.js';
import { GuestJob, type JobEnd, type JobOrder } from './guest-job.js';
import { GuestRequests, GuestSilent, type GuestAnswer } from './guest-requests.js';

/** Addresses come while a guest boots; later they seldom change. */
const LOOKS_MS = [500, 1000, 2000, 4000, 8000];
const LOOK_MS = 15_000;
/** A guest that was silent so often in a row is left alone until it speaks. */
const SILENT_LOOKS_MAX = 5;
/** What a guest may say in a second on its control line; one that says more is not listened to for a moment. */
const CONTROL_BYTES_PER_SECOND = 256 * 1024;
const FLOOD_PAUSE_MS = 200;
/** A clock that went on by so much more than ours was stopped, or ours was: this computer slept. */
const CLOCK_JUMP_MS = 2000;
/** Tools that a guest has say hello before its login prompt, or soon after. */
const MISSING_AFTER_LOGIN_MS = 20_000;
/** A guest without a login prompt that Paddock sees is judged when its run is over, if that took so long. */
const MISSING_AFTER_RUN_MS = 60_000;
/** So many commands may wait for their turn. */
const JOBS_WAITING_MAX = 16;

/** What the tools of a machine need of it. */
export interface GuestToolsMachine {
  readonly name: string;
  wire(wire: GuestToolsWire): SocketPair | undefined;
  /** Wakes a kernel that may have missed an event. */
  nudge(): void;
  /** Sizes of the consoles that are told in this way, by the guest's name of each. */
  sizes(): ReadonlyMap<string, { cols: number; rows: number }>;
  isPaused(): boolean;
  /** The tools answered for the first time since the guest began. */
  becameReady(version: string): void;
  /** The guest came so far that its tools would have said hello. */
  areMissing(): void;
  changed(): void;
}

/**
 * The guest tools of one machine in one run, as the host knows them: absent until they say hello. Whatever the guest
 * says is checked; nothing but what they are for depends on them.
 */
export class GuestTools {
  private readonly lines = new GuestLines();
  private readonly requests: GuestRequests;
  private version: string | null = null;
  private isUsable = false;
  private readyAt: string | null = null;
  private addresses: string[] = [];
  private looks = 0;
  private silentLooks = 0;
  private timer: NodeJS.Timeout | null = null;
  private flood = { second: 0, bytes: 0 };
  private clockGap = Date.now() - performance.now();
  private newSizes = new Map<string, { cols: number; rows: number }>();
  private isTellingSizes = false;
  private jobs: Promise<unknown> = Promise.resolve();
  private waitingJobs = 0;
  private lastJob = 0;
  private job: GuestJob | null = null;
  private isClosed = false;
  private readonly beganAt = performance.now();
  private loginTimer: NodeJS.Timeout | null = null;
  /** They answered once: the guest has them, whatever became of them. */
  private wasHeard = false;
  /** They would be here if the guest had them, or they were and are gone. */
  isMissing = false;

  constructor(private readonly machine: GuestToolsMachine) {
    const control = this.socket('control');
    this.requests = new GuestRequests(
      (line) => void control.write(line, 'latin1'),
      () => machine.nudge(),
    );
    control.on('data', (bytes: Buffer) => this.received(bytes));
  }

  /** What everybody is told; null while nobody answers. */
  view(): VmView['guestTools'] {
    if (this.version === null || (this.isUsable && this.readyAt === null)) return null;
    return {
      version: this.version,
      usable: this.isUsable,
      readyAt: this.readyAt,
      addresses: this.addresses,
    };
  }

  get isReady(): boolean {
    return this.readyAt !== null;
  }

  /** The guest restarts in place: its tools will say hello again. */
  rebooted(): void {
    this.forget();
    this.machine.changed();
  }

  /** The machine goes on after a pause: its clock may be behind. */
  resumed(): void {
    if (!this.isReady) return;
    void this.setTime();
    this.tellSizes(this.machine.sizes());
  }

  /** A login prompt stands on a console. */
  loginSeen(): void {
    this.loginTimer ??= setTimeout(() => {
      if (this.wasHeard) return;
      this.isMissing = true;
      this.machine.areMissing();
    }, MISSING_AFTER_LOGIN_MS);
  }

  /** Gives a console a size; of several that come at once the guest gets the last. */
  resize(device: string, size: { cols: number; rows: number }): void {
    this.tellSizes(new Map([[device, size]]));
  }

  /** Asks the guest to power off; false when it can't be asked. */
  async powerOff(): Promise<boolean> {
    return this.isReady && (await this.did('poweroff'));
  }

  /** Sets the guest's clock, if it is off by more than a second. */
  async setTime(): Promise<boolean> {
    return this.did(() => `time ${Math.floor(Date.now() / 1000)}`);
  }

  /** Runs a command, after those that were asked for before. Throws Failure guest-*. */
  async run(order: JobOrder): Promise<JobEnd> {
    if (!this.isReady) throw this.absent();
    if (this.waitingJobs >= JOBS_WAITING_MAX)
      throw failure('guest-busy', { name: this.machine.name, waiting: JOBS_WAITING_MAX });
    this.waitingJobs += 1;
    const turn = this.jobs.then(() => this.runNow(order));
    this.jobs = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.waitingJobs -= 1;
    }
  }

  /** The machine ended. */
  close(): void {
    this.isClosed = true;
    if (this.loginTimer !== null) clearTimeout(this.loginTimer);
    this.forget();
    if (!this.wasHeard && performance.now() - this.beganAt > MISSING_AFTER_RUN_MS) this.machine.areMissing();
  }

  private async runNow(order: JobOrder): Promise<JobEnd> {
    if (order.signal.aborted) throw failure('cancelled', {});
    if (!this.isReady) throw this.absent();
    const lines = {
      output: this.socket('output'),
      errors: this.socket('errors'),
      input: this.socket('input'),
    };
    const job = new GuestJob(++this.lastJob, order, lines, {
      ask: (words) => this.asked(words),
      nudge: () => this.machine.nudge(),
    });
    this.job = job;
    try {
      return await job.end;
    } catch (error) {
      throw error instanceof GuestSilent ? this.lost() : error;
    } finally {
      this.job = null;
    }
  }

  private absent(): Failure {
    return failure('guest-tools-absent', { name: this.machine.name });
  }

  private lost(): Failure {
    return failure('guest-tools-lost', { name: this.machine.name });
  }

  private socket(wire: GuestToolsWire): SocketPair['socket'] {
    const pair = this.machine.wire(wire);
    if (!pair) throw this.absent();
    return pair.socket;
  }

  private received(bytes: Buffer): void {
    const second = Math.floor(performance.now() / 1000);
    this.flood = { second, bytes: bytes.length + (this.flood.second === second ? this.flood.bytes : 0) };
    for (const line of this.lines.push(bytes)) this.heard(line);
    if (this.flood.bytes > CONTROL_BYTES_PER_SECOND) {
      const control = this.socket('control');
      control.pause();
      void delay(FLOOD_PAUSE_MS).then(() => this.isClosed || (control.resume(), this.machine.nudge()));
    }
  }

  private heard(line: string): void {
    const word = parseGuestLine(line);
    switch (word?.kind) {
      case 'hello':
        return this.greeted(word.protocol, word.version, word.session);
      case 'answer':
        return this.requests.answered(word.number, word);
      case 'end':
        return this.job?.ended(word.job, word.code);
      case 'addresses':
        if (word.addresses.join() === this.addresses.join()) return;
        this.addresses = word.addresses;
        if (this.isReady) this.machine.changed();
        return;
      case undefined:
        return;
    }
  }

  private greeted(protocol: number, version: string, session: string): void {
    this.forget();
    this.version = version;
    this.isUsable = protocol === GUEST_TOOLS_PROTOCOL;
    if (!this.isUsable) {
      // They never will be; once the machine is off, others can be given to it in their place.
      this.wasHeard = true;
      return this.machine.areMissing();
    }
    this.requests.begin(session);
    void this.look();
  }

  /** Asks whether the tools are there and what has changed, now and then. */
  private async look(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.machine.isPaused()) {
      const answer = await this.requests.ask('ping').catch(() => null);
      if (this.isClosed || this.version === null) return;
      if (answer === null) this.heardNothing();
      else this.heardAnswer();
      const gap = Date.now() - performance.now();
      if (answer !== null && Math.abs(gap - this.clockGap) > CLOCK_JUMP_MS) void this.setTime();
      this.clockGap = gap;
    }
    if (this.silentLooks >= SILENT_LOOKS_MAX || this.timer !== null) return;
    this.timer = setTimeout(
      () => void this.look(),
      LOOKS_MS[this.looks++] ?? LOOK_MS * 2 ** this.silentLooks,
    );
  }

  private heardAnswer(): void {
    this.silentLooks = 0;
    if (this.isReady || this.version === null) return;
    this.readyAt = new Date().toISOString();
    this.isMissing = false;
    if (!this.wasHeard) log('info', 'guest tools', { name: this.machine.name, version: this.version });
    this.wasHeard = true;
    this.machine.becameReady(this.version);
    this.tellSizes(this.machine.sizes());
  }

  private heardNothing(): void {
    this.silentLooks += 1;
    if (!this.isReady) return;
    this.readyAt = null;
    this.isMissing = true;
    this.job?.fail(this.lost());
    this.machine.changed();
  }

  /** What was known is of earlier tools, or of a guest that is gone. */
  private forget(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.requests.stop();
    this.job?.fail(this.lost());
    this.version = null;
    this.readyAt = null;
    this.addresses = [];
    this.looks = 0;
    this.silentLooks = 0;
  }

  private tellSizes(sizes: ReadonlyMap<string, { cols: number; rows: number }>): void {
    if (!this.isReady) return;
    for (const [device, size] of sizes) this.newSizes.set(device, size);
    if (!this.isTellingSizes && !this.machine.isPaused()) void this.tellNewSizes();
  }

  private async tellNewSizes(): Promise<void> {
    this.isTellingSizes = true;
    while (this.newSizes.size > 0 && this.isReady) {
      // Taken when the line is free, not when it was asked for: a drag of the window's edge makes a hundred of them.
      const told = await this.did(
        () => {
          const words = [...this.newSizes].map(([device, { rows, cols }]) => ` ${device} ${rows} ${cols}`);
          this.newSizes.clear();
          return `size${words.join('')}`;
        },
        { first: true },
      );
      if (!told) break;
    }
    this.isTellingSizes = false;
  }

  private async did(words: string | (() => string), options?: { first: boolean }): Promise<boolean> {
    const answer = await this.requests.ask(words, options).catch(() => null);
    return answer?.ok === true;
  }

  private async asked(words: string): Promise<GuestAnswer> {
    const answer = await this.requests.ask(words);
    if (!answer.ok) throw failure('guest-refused', { name: this.machine.name, why: answer.text });
    return answer;
  }
}
