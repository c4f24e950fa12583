import { closeSync, constants, openSync, readlinkSync, write } from 'node:fs';
import { ReadStream } from 'node:tty';
import { InputPacer } from '../consoles/input-pacer.js';
import type { ProcessId } from '../platform/processes.js';
import { makeRaw } from '../platform/pty.js';
import { Nudger } from './nudger.js';

/**
 * The spare console of a machine whose own consoles were lost with the host that held them: UML holds the master of a
 * `pts` channel, and whoever opens its slave gets what the guest writes there (facts/consoles-and-lifecycle 1 and 3).
 * It has no size of its own, and the guest gets no SIGWINCH.
 */
export class RescueConsole {
  private readonly fd: number;
  private readonly stream: ReadStream;
  private readonly pacer: InputPacer;
  private readonly nudger: Nudger;

  /** Throws what open(2) says. */
  constructor(device: string, kernel: ProcessId, onOutput: (bytes: Buffer) => void) {
    this.fd = openSync(device, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    // Of another mount namespace it has another name than the one it was opened by.
    const target = targetOf(this.fd);
    makeRaw(this.fd);
    this.nudger = new Nudger(kernel);
    this.pacer = new InputPacer((bytes) => {
      write(this.fd, bytes, () => {});
      this.nudger.activity();
    });
    this.stream = new ReadStream(this.fd);
    this.stream.on('data', (bytes: Buffer) => {
      this.nudger.output(bytes.length);
      this.pacer.output();
      onOutput(bytes);
    });
    // UML has closed its end: the machine is gone.
    this.stream.on('error', () => {});
    this.stream.on('close', () => {
      // libuv opens a terminal anew for itself, where it can, and leaves this one to us.
      if (targetOf(this.fd).startsWith(target)) closeSync(this.fd);
    });
  }

  type(bytes: Uint8Array): void {
    this.pacer.type(bytes);
  }

  close(): void {
    this.nudger.stop();
    this.pacer.stop();
    this.stream.destroy();
  }
}

function targetOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
