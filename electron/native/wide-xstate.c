/*
 * Preloaded into UML kernels on processors whose register state is larger than these kernels expect.
 *
 * UML before 6.13 gives its guests' processes their floating point registers by PTRACE_SETREGSET with a buffer of its
 * own fixed size (arch/x86/um/os-Linux/registers.c). The host takes only all of the state (xstateregs_set in
 * arch/x86/kernel/fpu/regset.c wants count == fpu_user_cfg.max_size), which with AMX is some 11 KB, and says EFAULT
 * ("ptrace set fp regs failed, errno = 14"): the first process of every guest dies. So what UML hands over is laid
 * over the whole state as the host has it, and that is handed on. Reading needs no help: the host cuts what it gives.
 *
 * No headers and only these three symbols of the C library, so that it is built by any compiler (tcc, too) and loaded
 * beside any glibc. UML traces from one thread, so one buffer does. It must not be on the stack: UML's are 16 KB.
 */
typedef unsigned long size;
struct iovec {
  void *base;
  size length;
};

long syscall(long number, ...);
void *memcpy(void *to, const void *from, size length);
int *__errno_location(void);

enum { SYS_PTRACE = 101, PEEK_FIRST = 1, PEEK_LAST = 3, GET_REGSET = 0x4204, SET_REGSET = 0x4205, XSTATE = 0x202 };

static char state[65536];

long ptrace(long request, long pid, void *address, void *data) {
  if (request == SET_REGSET && (long)address == XSTATE) {
    struct iovec *given = data;
    struct iovec whole;
    whole.base = state;
    whole.length = sizeof state;
    if (syscall(SYS_PTRACE, (long)GET_REGSET, pid, address, &whole) == 0 && whole.length > given->length) {
      memcpy(state, given->base, given->length);
      return syscall(SYS_PTRACE, request, pid, address, &whole);
    }
  }
  /* As glibc's: the system call stores the word that was asked for, the function returns it. */
  if (request >= PEEK_FIRST && request <= PEEK_LAST) {
    long word;
    if (syscall(SYS_PTRACE, request, pid, address, &word) < 0) return -1;
    *__errno_location() = 0;
    return word;
  }
  return syscall(SYS_PTRACE, request, pid, address, data);
}
