import { writeSync } from 'node:fs';
import {
  closeFd,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  epollControl,
  epollCreate,
  epollWait,
  eventFd,
  systemError,
} from './libc.js';

const MAX_EVENTS = 64;
/** struct epoll_event is packed on x86-64: u32 events, u64 data. */
const EVENT_BYTES = 12;

/**
 * Waits for file descriptors that Node can't wait for: datagram sockets, and room in a pty.
 *
 * One epoll set for the whole process, awaited by one thread of libuv's pool; so it costs one thread however many
 * descriptors there are, and nothing is polled. Descriptors are added from the main thread while the other one
 * waits, which epoll allows.
 */
export class FdEvents {
  private readonly epoll = epollCreate(EPOLL_CLOEXEC);
  /** Ends the wait at close: a pool thread that blocks for ever would keep the process from exiting. */
  private readonly wake = eventFd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  private readonly events = Buffer.alloc(MAX_EVENTS * EVENT_BYTES);
  private readonly callbacks = new Map<number, { registration: number; run: () => void }>();
  /**
   * Counts the descriptors: one that is closed while news of it is on its way from the other thread has a successor of
   * the same number, and that one has no news. Of a pidfd it would be that its process ended.
   */
  private registrations = 0;
  private closed = false;

  constructor() {
    if (this.epoll < 0 || this.wake < 0) throw systemError('epoll');
    this.control(EPOLL_CTL_ADD, this.wake, EPOLLIN, 0);
    this.wait();
  }

  /** Calls back each time `fd` becomes readable and something is left to read. */
  onReadable(fd: number, callback: () => void): void {
    this.add(fd, EPOLLIN, callback);
  }

  /** Resolves when `fd` takes bytes again. */
  writable(fd: number): Promise<void> {
    return new Promise((resolve) => {
      this.add(fd, EPOLLOUT | EPOLLONESHOT, () => {
        this.remove(fd);
        resolve();
      });
    });
  }

  /** To be called before `fd` is closed. */
  remove(fd: number): void {
    if (this.callbacks.delete(fd) && !this.closed) this.control(EPOLL_CTL_DEL, fd, 0, 0);
  }

  /** Ends the waiting. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const one = Buffer.alloc(8);
    one.writeBigUInt64LE(1n);
    writeSync(this.wake, one);
  }

  private add(fd: number, events: number, run: () => void): void {
    this.registrations = (this.registrations + 1) >>> 0;
    this.callbacks.set(fd, { registration: this.registrations, run });
    this.control(EPOLL_CTL_ADD, fd, events, this.registrations);
  }

  private control(operation: number, fd: number, events: number, registration: number): void {
    const event = Buffer.alloc(EVENT_BYTES);
    event.writeUInt32LE(events >>> 0, 0);
    event.writeInt32LE(fd, 4);
    event.writeUInt32LE(registration, 8);
    if (epollControl(this.epoll, operation, fd, event) < 0 && operation !== EPOLL_CTL_DEL)
      throw systemError('epoll_ctl');
  }

  private wait(): void {
    epollWait.async(this.epoll, this.events, MAX_EVENTS, -1, (_error, count) => {
      if (this.closed) {
        closeFd(this.epoll);
        closeFd(this.wake);
        return;
      }
      const ready = Array.from({ length: Math.max(count, 0) }, (_, n) => ({
        fd: this.events.readInt32LE(n * EVENT_BYTES + 4),
        registration: this.events.readUInt32LE(n * EVENT_BYTES + 8),
      }));
      for (const { fd, registration } of ready) {
        const callback = this.callbacks.get(fd);
        if (callback?.registration === registration) callback.run();
      }
      this.wait();
    });
  }
}
