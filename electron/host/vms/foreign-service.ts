import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '@shared/errors/paddock-error.js';
import { readMconsoleCommand } from '@shared/mconsole/mconsole-commands.js';
import type { Foreign, ForeignAction } from '@shared/vms/foreign.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { FdEvents } from '../platform/fd-events.js';
import { closeFd, pidfdOpen } from '../platform/libc.js';
import { log } from '../platform/log.js';
import {
  isAlive,
  machineProcesses,
  processStartedAt,
  readPidFile,
  signalProcess,
  startTicks,
  wordsOf,
  type ProcessId,
} from '../platform/processes.js';
import type { StateStore } from '../state-store.js';
import { adoptForeign } from './adopt-foreign.js';
import type { MconsoleAnswer } from './control-service.js';
import { isHaltedInPlace } from './halted-in-place.js';
import { MconsoleClient } from './mconsole-client.js';
import type { VmService } from './vm-service.js';

/** A kernel that was asked to end has this long before its processes are killed. */
const END_LIMIT_MS = 3000;
/** Words that only a kernel's command line has. */
const umlWord = /^(?:umid|uml_dir|ubd\w*|mem|root|con\d*|ssl\d*|init|mconsole|vec\d+|eth\d+)=/;

/** One that was found, with its control. */
interface Found {
  view: Foreign;
  process: ProcessId;
  mconsole: MconsoleClient;
}

/** UML machines of this user that were started outside Paddock: found by their umid folders, watched by their processes. */
export class ForeignService {
  private readonly found = new Map<string, Found>();
  private looking: Promise<void> | null = null;

  constructor(
    private readonly vms: VmService,
    private readonly store: StateStore,
    private readonly events: FdEvents,
  ) {}

  /** Looks for new ones; those that end are noticed by themselves. */
  look(): Promise<void> {
    this.looking ??= this.lookEverywhere().finally(() => (this.looking = null));
    return this.looking;
  }

  private async lookEverywhere(): Promise<void> {
    const places = [...this.umlDirs()].flatMap((umlDir) => namesIn(umlDir).map((umid) => ({ umlDir, umid })));
    await Promise.all(
      places.map(({ umlDir, umid }) =>
        this.lookAt(umlDir, umid).catch((error: Error) =>
          log('warn', 'foreign', { umid, error: error.message }),
        ),
      ),
    );
  }

  /** Does something to one. Throws Failure: foreign-unknown, foreign-failed, mconsole-failed. */
  async act(id: string, action: ForeignAction): Promise<VmId | null> {
    const one = this.get(id);
    switch (action) {
      case 'pause':
        await one.mconsole.call('stop');
        this.setState(one, 'paused');
        return null;
      case 'resume':
        await one.mconsole.call('go');
        this.setState(one, 'running');
        return null;
      case 'halt':
        // A kernel that is halted in place answers to halt with an abort (seen on 6.1).
        if (one.view.state === 'paused') await this.act(id, 'resume');
        await one.mconsole.call('halt');
        return null;
      case 'force':
        await this.force(one);
        return null;
      case 'adopt':
        return this.adopt(one);
    }
  }

  /** Gives a command to its management console. */
  async mconsole(id: string, line: string): Promise<MconsoleAnswer> {
    const one = this.get(id);
    const request = readMconsoleCommand(line);
    if (!request.ok) throw failure('mconsole-refused', { command: line.slice(0, 60), why: request.reason });
    const startedAt = performance.now();
    const text = await one.mconsole.call(request.text);
    if (request.word === 'stop') this.setState(one, 'paused');
    if (request.word === 'go') this.setState(one, 'running');
    return { text, tookMs: performance.now() - startedAt };
  }

  private get(id: string): Found {
    const one = this.found.get(id);
    if (!one || !isAlive(one.process)) throw failure('foreign-unknown', { id });
    return one;
  }

  private setState(one: Found, state: Foreign['state']): void {
    one.view = { ...one.view, state };
    this.store.change({ collection: 'foreign', id: one.view.id, value: one.view });
  }

  /** UML's own default, and wherever a process of this user says that its folder is. */
  private umlDirs(): Set<string> {
    const dirs = new Set([join(homedir(), '.uml')]);
    for (const pid of ownPids()) {
      const word = wordsOf(pid)?.findLast((other) => other.startsWith('uml_dir='));
      const dir = word?.slice('uml_dir='.length).replace(/(?<=.)\/+$/, '');
      if (dir?.startsWith('/')) dirs.add(dir);
    }
    dirs.delete(this.vms.files.umlDir);
    return dirs;
  }

  private async lookAt(umlDir: string, umid: string): Promise<void> {
    const id = join(umlDir, umid);
    const known = this.found.get(id);
    // One that was found while it booted said nothing yet; it is asked again.
    if (known && known.view.state !== 'silent' && isAlive(known.process)) return;
    const pid = readPidFile({ umid, umlDir });
    const argv = pid === null ? null : wordsOf(pid);
    const ticks = pid === null ? null : startTicks(pid);
    if (pid === null || argv === null || ticks === null || !ownPids().includes(pid)) return;
    if (!argv.some((word) => umlWord.test(word)) || this.isOurs(pid, ticks)) return;
    // Another Paddock's, which knows it better.
    if (argv.some((word) => word.startsWith('paddock.'))) return;
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    const old = known?.process.pid === pid && known.process.startTicks === ticks ? known : null;
    if (old === null) known?.mconsole.close();
    const process = old?.process ?? { pid, startTicks: ticks };
    const mconsole = old?.mconsole ?? new MconsoleClient(this.events, umid, join(id, 'mconsole'), pid);
    const said = await mconsole.call('version').catch(() => null);
    if (!isAlive(process)) return mconsole.close();
    const view: Foreign = {
      id,
      umid,
      umlDir,
      pid,
      argv,
      cwd,
      startedAt: processStartedAt(ticks).toISOString(),
      state: said === null ? 'silent' : isHaltedInPlace(pid) ? 'paused' : 'running',
      kernelVersion: said?.split(' ')[2] ?? '',
    };
    this.found.set(id, { view, process, mconsole });
    this.store.change({ collection: 'foreign', id, value: view });
    // One that was silent is watched already.
    if (old === null) this.watchEnd(id, process);
  }

  private isOurs(pid: number, ticks: string): boolean {
    return [...this.vms.records.values()].some(
      ({ run }) => run?.end === null && run.pid === pid && run.pidStartTicks === ticks,
    );
  }

  private watchEnd(id: string, process: ProcessId): void {
    const pidfd = pidfdOpen(process.pid);
    if (pidfd < 0) return this.forget(id, process);
    this.events.onReadable(pidfd, () => {
      this.events.remove(pidfd);
      closeFd(pidfd);
      this.forget(id, process);
    });
  }

  private forget(id: string, process: ProcessId): void {
    const one = this.found.get(id);
    if (one?.process !== process) return;
    one.mconsole.close();
    this.found.delete(id);
    this.store.change({ collection: 'foreign', id, value: null });
  }

  private async force({ view, process }: Found): Promise<void> {
    const place = { umid: view.umid, umlDir: view.umlDir, byArgv: view.argv };
    const all = machineProcesses(place);
    signalProcess(process, 'SIGTERM');
    for (const until = Date.now() + END_LIMIT_MS; isAlive(process) && Date.now() < until;) await delay(20);
    for (const one of [process, ...all]) signalProcess(one, 'SIGKILL');
  }

  private async adopt(one: Found): Promise<VmId> {
    if (one.view.state === 'silent')
      throw failure('foreign-failed', { umid: one.view.umid, why: 'its kernel does not answer' });
    const id = await adoptForeign(this.vms, this.events, one.view, one.process);
    this.forget(one.view.id, one.process);
    return id;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Processes of this user. */
function ownPids(): number[] {
  const uid = String(process.getuid?.() ?? -1);
  return namesIn('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && uidOf(pid) === uid);
}

function uidOf(pid: number): string | null {
  try {
    return /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
