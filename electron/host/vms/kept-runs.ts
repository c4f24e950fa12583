import { constants } from 'node:fs';
import { lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import { failure } from '@shared/errors/paddock-error.js';
import { runSchema, type Run, type RunEvent, type RunSummary } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { ConsoleLog } from '../consoles/console-log.js';
import { consolesIn, logBytesOnDisk } from '../consoles/log-segments.js';
import { RECORD_BYTES_MAX } from '../platform/files.js';
import { parseRunEvents } from './run-events.js';
import type { VmFiles } from './vm-files.js';

/** A console's log of a kept run, as it is on disk now. */
export interface KeptLog {
  console: ConsoleName;
  log: ConsoleLog;
}

/**
 * The runs of machines as they are on disk. Nothing is believed of what lies there: a damaged `run.json` is a run that
 * isn't there, and a symbolic link, a pipe or a device in the place of a file is no file.
 */
export class KeptRuns {
  constructor(readonly files: VmFiles) {}

  /** Numbers of all run folders, newest first. */
  async numbers(id: VmId): Promise<number[]> {
    const folder = await lstat(join(this.files.folder(id), 'runs')).catch(() => null);
    return folder?.isDirectory() ? (await this.files.runNumbers(id)).toReversed() : [];
  }

  /** A run, or null when there is none of that number that can be read. */
  async run(id: VmId, number: number): Promise<Run | null> {
    if (!(await this.numbers(id)).includes(number)) return null;
    try {
      const run = runSchema.parse(JSON.parse(await this.text(id, number, 'run.json')));
      return run.number === number ? run : null;
    } catch {
      return null;
    }
  }

  /** What happened in a run, oldest first. */
  async events(id: VmId, number: number): Promise<RunEvent[]> {
    return parseRunEvents(await this.text(id, number, 'events.jsonl').catch(() => ''));
  }

  /** The console logs of a run, con0 first. */
  logs(id: VmId, number: number): KeptLog[] {
    return consolesIn(this.files.runFolder(id, number)).flatMap((console) => {
      const log = new ConsoleLog(this.files.consoleLog(id, number, console), { write: false });
      return log.isThere ? [{ console, log }] : [];
    });
  }

  /** Bytes that the logs of a run take on the disk. */
  bytesOnDisk(id: VmId, number: number): number {
    return logBytesOnDisk(this.files.runFolder(id, number));
  }

  /** A run for a list. */
  async summary(id: VmId, run: Run): Promise<RunSummary> {
    const { place: _place, pidStartTicks: _ticks, confined: _confined, ...facts } = run;
    const events = await this.events(id, run.number);
    return {
      ...facts,
      logBytes: this.logs(id, run.number).reduce((sum, { log }) => sum + log.keptBytes, 0),
      diskBytes: this.bytesOnDisk(id, run.number),
      loginAt: events.find((event) => event.kind === 'login')?.at ?? null,
      reboots: events.filter((event) => event.kind === 'reboot').length,
      messages: events.filter((event) => event.kind === 'message').length,
    };
  }

  /** Removes a run with all that is in its folder. Throws Failure `delete-failed`. */
  async remove(id: VmId, number: number): Promise<void> {
    if (!(await this.numbers(id)).includes(number)) return;
    try {
      await rm(this.files.runFolder(id, number), { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      throw failure('delete-failed', { name: `run ${number}`, why: (error as Error).message });
    }
  }

  private async text(id: VmId, number: number, name: string): Promise<string> {
    const file = await openKept(join(this.files.runFolder(id, number), name));
    try {
      if ((await file.stat()).size > RECORD_BYTES_MAX) throw new Error('too large');
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }
}

/** Opens a kept file for reading: an ordinary one, and not by way of a symbolic link. */
export async function openKept(path: string): Promise<FileHandle> {
  // Non-blocking: a pipe in its place would be waited for.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error(`${path} is not an ordinary file`);
}
