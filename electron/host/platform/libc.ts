import koffi from 'koffi';

/**
 * The few calls of libc that Node doesn't have, through koffi: ptys, datagram sockets, epoll, flock.
 * One native module for all of them, prebuilt and N-API, so that Node and every Electron load the same file.
 */
const libc = koffi.load('libc.so.6');

type Fn<A extends unknown[], R = number> = ((...args: A) => R) & {
  async(...args: [...A, (error: Error | null, result: R) => void]): void;
};

function bind<A extends unknown[]>(prototype: string): Fn<A> {
  return libc.func(prototype) as Fn<A>;
}

/** ioctl(2) with a pointer argument. */
export const ioctl = bind<[fd: number, request: number, argument: Buffer]>(
  'int ioctl(int fd, unsigned long request, _Inout_ void *argument)',
);
/** ioctl(2) with a number for its argument. */
export const ioctlNumber = bind<[fd: number, request: number, argument: number]>(
  'int ioctl(int fd, unsigned long request, long argument)',
);
/** lseek(2); offsets are exact up to 2^53. */
export const lseek = bind<[fd: number, offset: number, whence: number]>(
  'int64_t lseek(int fd, int64_t offset, int whence)',
);
export const fallocate = bind<[fd: number, mode: number, offset: number, length: number]>(
  'int fallocate(int fd, int mode, int64_t offset, int64_t length)',
);
/** copy_file_range(2), from and to the offsets in two buffers of 8 bytes each, which it moves on. */
export const copyFileRange = bind<
  [from: number, fromOffset: Buffer, to: number, toOffset: Buffer, length: number, flags: number]
>(
  'int64_t copy_file_range(int from, _Inout_ void *fromOffset, int to, _Inout_ void *toOffset, size_t length, unsigned int flags)',
);
export const socket = bind<[domain: number, type: number, protocol: number]>(
  'int socket(int domain, int type, int protocol)',
);
export const bindSocket = bind<[fd: number, address: Buffer, length: number]>(
  'int bind(int fd, const void *address, uint32_t length)',
);
export const connectSocket = bind<[fd: number, address: Buffer, length: number]>(
  'int connect(int fd, const void *address, uint32_t length)',
);
export const sendTo = bind<
  [fd: number, bytes: Uint8Array, length: number, flags: number, address: Buffer, addressLength: number]
>(
  'int64_t sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t addressLength)',
);
export const receive = bind<[fd: number, bytes: Buffer, length: number, flags: number]>(
  'int64_t recv(int fd, _Out_ void *bytes, size_t length, int flags)',
);
export const pipe2 = bind<[ends: Buffer, flags: number]>('int pipe2(_Out_ void *ends, int flags)');
export const socketPair = bind<[domain: number, type: number, protocol: number, ends: Buffer]>(
  'int socketpair(int domain, int type, int protocol, _Out_ void *ends)',
);
/** fcntl(2) with a number; it is variadic, which some ABIs pass otherwise. */
export const fcntl = bind<[fd: number, command: number, argument: number]>(
  'int fcntl(int fd, int command, int argument)',
);
export const closeFd = bind<[fd: number]>('int close(int fd)');
export const flock = bind<[fd: number, operation: number]>('int flock(int fd, int operation)');
export const epollCreate = bind<[flags: number]>('int epoll_create1(int flags)');
export const epollControl = bind<[epoll: number, operation: number, fd: number, event: Buffer]>(
  'int epoll_ctl(int epoll, int operation, int fd, _Inout_ void *event)',
);
export const epollWait = bind<[epoll: number, events: Buffer, max: number, timeoutMs: number]>(
  'int epoll_wait(int epoll, _Inout_ void *events, int max, int timeoutMs)',
);
export const eventFd = bind<[initial: number, flags: number]>('int eventfd(unsigned int initial, int flags)');
const syscall = libc.func('long syscall(long number, int pid, unsigned int flags)') as (
  number: number,
  pid: number,
  flags: number,
) => number;
/** close_range(2): since Linux 5.11 and glibc 2.34; with the flag nothing is closed, only marked. */
export const closeRange = bind<[first: number, last: number, flags: number]>(
  'int close_range(unsigned int first, unsigned int last, int flags)',
);
export const CLOSE_RANGE_CLOEXEC = 4;

/** ppoll(2) on one descriptor; the time limit as a struct timespec. */
export const ppoll = bind<[fds: Buffer, count: number, timeout: Buffer, mask: null, maskSize: number]>(
  'int ppoll(_Inout_ void *fds, unsigned long count, const void *timeout, const void *mask, size_t maskSize)',
);
export const POLLIN = 1;

const SYS_pidfd_open = 434;

/** A descriptor that becomes readable when the process ends (pidfd_open(2)), or -1. */
export function pidfdOpen(pid: number): number {
  return syscall(SYS_pidfd_open, pid, 0);
}

const kcmp = libc.func(
  'long syscall(long number, int a, int b, int type, unsigned long i, unsigned long j)',
) as (number: number, a: number, b: number, type: number, i: number, j: number) => number;
const SYS_kcmp = process.arch === 'arm64' ? 272 : 312;
const KCMP_VM = 1;

/** True when two processes have one address space, as vfork(2) and clone(2) with CLONE_VM make them (kcmp(2)). */
export function haveOneAddressSpace(a: number, b: number): boolean {
  return kcmp(SYS_kcmp, a, b, KCMP_VM, 0, 0) === 0;
}

export const schedSetAffinity = bind<[pid: number, bytes: number, mask: Buffer]>(
  'int sched_setaffinity(int pid, size_t bytes, const void *mask)',
);

/** Name of the error of the last failed call on this thread, such as EAGAIN. */
export function lastErrno(): string {
  const number = koffi.errno();
  for (const [name, value] of Object.entries(koffi.os.errno)) if (value === number) return name;
  return `errno ${number}`;
}

/** An error in the shape of Node's own. */
export function systemError(call: string): NodeJS.ErrnoException {
  const code = lastErrno();
  return Object.assign(new Error(`${call}: ${code}`), { code, syscall: call });
}

/** Constants of x86-64 and arm64 Linux alike. */
export const AF_UNIX = 1;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const O_CLOEXEC = 0o2000000;
export const F_SETPIPE_SZ = 1031;
export const SOCK_CLOEXEC = 0o2000000;
export const SOCK_NONBLOCK = 0o4000;
export const MSG_DONTWAIT = 0x40;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLLIN = 1;
export const EPOLLOUT = 4;
export const EPOLLONESHOT = 0x40000000;
export const EFD_NONBLOCK = 0o4000;
export const EFD_CLOEXEC = 0o2000000;
export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TIOCGPTN = 0x80045430;
export const TIOCSPTLCK = 0x40045431;
export const TIOCSWINSZ = 0x5414;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;
export const FALLOC_FL_KEEP_SIZE = 1;
export const FALLOC_FL_PUNCH_HOLE = 2;
/** _IOW(0x94, 9, int), linux/fs.h: the whole of a file shares its blocks with another. */
export const FICLONE = 0x40049409;
