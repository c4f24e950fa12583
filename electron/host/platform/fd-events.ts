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
  private readonly callbacks = new Map<number, () => void>();
  private closed = false;

  constructor() {
    if (this.epoll < 0 || this.wake < 0) throw systemError('epoll');
    this.control(EPOLL_CTL_ADD, this.wake, EPOLLIN);
    this.wait();
  }

  /** Calls back each time `fd` becomes readable and something is left to read. */
  onReadable(fd: number, callback: () => void): void {
    this.callbacks.set(fd, callback);
    this.control(EPOLL_CTL_ADD, fd, EPOLLIN);
  }

  /** Resolves when `fd` takes bytes again. */
  writable(fd: number): Promise<void> {
    return new Promise((resolve) => {
      this.callbacks.set(fd, () => {
        this.remove(fd);
        resolve();
      });
      this.control(EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLONESHOT);
    });
  }

  /** To be called before `fd` is closed. */
  remove(fd: number): void {
    if (this.callbacks.delete(fd) && !this.closed) this.control(EPOLL_CTL_DEL, fd, 0);
  }

  /** Ends the waiting. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const one = Buffer.alloc(8);
    one.writeBigUInt64LE(1n);
    writeSync(this.wake, one);
  }

  private control(operation: number, fd: number, events: number): void {
    const event = Buffer.alloc(EVENT_BYTES);
    event.writeUInt32LE(events >>> 0, 0);
    event.writeInt32LE(fd, 4);
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
      const ready = Array.from({ length: Math.max(count, 0) }, (_, n) =>
        this.events.readInt32LE(n * EVENT_BYTES + 4),
      );
      for (const fd of ready) this.callbacks.get(fd)?.();
      this.wait();
    });
  }
}
