/*
 * Measures what system calls cost: run as an ordinary program, or as the only program of a UML guest.
 *
 *   syscall-bench TOKEN ROUNDS MILLISECONDS OPERATION,OPERATION...
 *
 * It prints, each line begun with TOKEN, so that nothing that a kernel says is taken for it:
 *
 *   TOKEN begin
 *   TOKEN round N OPERATION COUNT NANOSECONDS    so many of them took so long
 *   TOKEN vforks OPERATION                       there is no fork here: it was done by vfork
 *   TOKEN lacks OPERATION ERRNO                  can't be done here
 *   TOKEN end
 *
 * No headers and no C library, so that the very same bytes run on this computer, on kernels with an MMU and on those
 * without (which load static PIE only): it is linked static PIE and has nothing to relocate, hence no tables of
 * pointers, and no vector registers, which the compiler would load such tables into. Process 1 makes the devices that
 * it needs, and powers off at the end. Paths are relative, so that walking them costs the same here and there: it is
 * run in the folder that is the guest's root.
 */
typedef unsigned long size;
typedef long number;

enum {
  SYS_READ = 0, SYS_WRITE = 1, SYS_OPEN = 2, SYS_CLOSE = 3, SYS_STAT = 4, SYS_SELECT = 23, SYS_DUP2 = 33,
  SYS_GETPID = 39, SYS_FORK = 57, SYS_VFORK = 58, SYS_EXECVE = 59, SYS_EXIT = 60, SYS_WAIT4 = 61, SYS_MKNOD = 133,
  SYS_MOUNT = 165, SYS_REBOOT = 169, SYS_CLOCK_GETTIME = 228
};
enum { CHARACTER_DEVICE = 0020000, READ_WRITE = 2, MONOTONIC = 1, EINVAL = 22, ENOSYS = 38, FDS_MAX = 256 };

#define INLINE static inline __attribute__((always_inline))

INLINE number call(number what, number a, number b, number c, number d, number e) {
  number result;
  register number r10 __asm__("r10") = d;
  register number r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(what), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

/* The compiler may want it of whoever has no library. */
void *memset(void *to, int value, size length) {
  for (volatile char *at = to; length > 0; length -= 1) *at++ = (char)value;
  return to;
}

static size length_of(const char *text) {
  size length = 0;
  while (text[length] != 0) length += 1;
  return length;
}

static int same(const char *a, const char *b, size length) {
  for (size n = 0; n < length; n += 1)
    if (a[n] != b[n] || b[n] == 0) return 0;
  return b[length] == 0;
}

static number to_number(const char *text) {
  number value = 0;
  for (; *text >= '0' && *text <= '9' && value < 1000000; text += 1) value = value * 10 + (*text - '0');
  return value;
}

/* One line, written at once. */
static char line[256];
static size at;

static void add(const char *text, size length) {
  for (size n = 0; n < length && at < sizeof line - 2; n += 1) line[at++] = text[n];
}

static void add_word(const char *word) {
  add(" ", 1);
  add(word, length_of(word));
}

static void add_number(number value) {
  char digits[24];
  size from = sizeof digits;
  do {
    digits[--from] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  add(" ", 1);
  add(digits + from, sizeof digits - from);
}

static void begin_line(const char *token) {
  at = 0;
  add(token, length_of(token));
}

static void end_line(void) {
  line[at++] = '\n';
  for (size from = 0; from < at;) {
    number wrote = call(SYS_WRITE, 1, (number)(line + from), (number)(at - from), 0, 0);
    if (wrote <= 0) break;
    from += (size)wrote;
  }
}

static number now(void) {
  number time[2] = {0, 0};
  call(SYS_CLOCK_GETTIME, MONOTONIC, (number)time, 0, 0, 0);
  return time[0] * 1000000000 + time[1];
}

enum operation {
  GETPID, READ, WRITE, SELECT_10, SELECT_100, STAT, OPEN_CLOSE, VFORK_EXEC, FORK_EXEC, FORK_SH, UNKNOWN
};
static const char names[UNKNOWN][12] = {"getpid", "read",       "write",      "select-10", "select-100",
                                        "stat",   "open-close", "vfork-exec", "fork-exec", "fork-sh"};

static number zero_fd, null_fd;
static int has_no_fork;

/* Starts a program and waits for its end; how that went, as 0 or an errno less than 0. */
static number start_and_wait(int by_vfork, int by_shell) {
  char self[] = "./syscall-bench", nothing[] = "-", shell[] = "./sh", dash_c[] = "-c", command[] = "./syscall-bench -";
  char *direct[3], *through[4], *environment[1];
  direct[0] = self, direct[1] = nothing, direct[2] = 0;
  through[0] = shell, through[1] = dash_c, through[2] = command, through[3] = 0;
  environment[0] = 0;
  number path = (number)(by_shell ? shell : self), words = (number)(by_shell ? through : direct);
  /* Not in a function of its own: what vfork's child returns from is no longer there for its parent. */
  number pid = call(by_vfork || has_no_fork ? SYS_VFORK : SYS_FORK, 0, 0, 0, 0, 0);
  if (pid == 0) {
    number failed = call(SYS_EXECVE, path, words, (number)environment, 0, 0);
    for (;;) call(SYS_EXIT, -failed & 127, 0, 0, 0, 0);
  }
  if (pid < 0) return pid;
  int status = 0;
  number waited = call(SYS_WAIT4, pid, (number)&status, 0, 0, 0);
  if (waited < 0) return waited;
  return status == 0 ? 0 : (status & 127) != 0 ? -(status & 127) : -((status >> 8) & 127);
}

/* Most of the work of select is to look at each of so many files. */
static number select_of(number files, number count) {
  number result = 0;
  size set[FDS_MAX / 64], wanted[FDS_MAX / 64];
  memset(wanted, 0, sizeof wanted);
  for (number fd = null_fd; fd < null_fd + files; fd += 1) {
    if (fd > null_fd) result = call(SYS_DUP2, null_fd, fd, 0, 0, 0);
    if (result < 0) return result;
    wanted[fd / 64] |= 1UL << (fd % 64);
  }
  for (number n = 0; n < count && result >= 0; n += 1) {
    number no_time[2] = {0, 0};
    for (size word = 0; word < sizeof set / sizeof *set; word += 1) set[word] = wanted[word];
    result = call(SYS_SELECT, null_fd + files, (number)set, 0, 0, (number)no_time);
  }
  return result;
}

/* Does an operation so many times; the last answer. */
static number repeat(enum operation what, number count) {
  static char state[256];
  number result = 0;
  switch (what) {
    case GETPID:
      for (number n = 0; n < count; n += 1) result = call(SYS_GETPID, 0, 0, 0, 0, 0);
      return result;
    case READ:
      for (number n = 0; n < count && result >= 0; n += 1) result = call(SYS_READ, zero_fd, (number)state, 1, 0, 0);
      return result;
    case WRITE:
      for (number n = 0; n < count && result >= 0; n += 1) result = call(SYS_WRITE, null_fd, (number)state, 1, 0, 0);
      return result;
    case SELECT_10:
      return select_of(10, count);
    case SELECT_100:
      return select_of(100, count);
    case STAT:
      for (number n = 0; n < count && result >= 0; n += 1)
        result = call(SYS_STAT, (number) "./file", (number)state, 0, 0, 0);
      return result;
    case OPEN_CLOSE:
      for (number n = 0; n < count && result >= 0; n += 1) {
        result = call(SYS_OPEN, (number) "./file", 0, 0, 0, 0);
        if (result >= 0) call(SYS_CLOSE, result, 0, 0, 0, 0);
      }
      return result;
    case VFORK_EXEC:
    case FORK_EXEC:
    case FORK_SH:
      for (number n = 0; n < count && result >= 0; n += 1) result = start_and_wait(what == VFORK_EXEC, what == FORK_SH);
      return result;
    default:
      return -ENOSYS;
  }
}

/* Process 1 has an empty /dev. */
static void be_init(void) {
  call(SYS_MOUNT, (number) "none", (number) "/dev", (number) "ramfs", 0, 0);
  call(SYS_MKNOD, (number) "/dev/console", CHARACTER_DEVICE | 0600, 5 << 8 | 1, 0, 0);
  call(SYS_MKNOD, (number) "/dev/null", CHARACTER_DEVICE | 0666, 1 << 8 | 3, 0, 0);
  call(SYS_MKNOD, (number) "/dev/zero", CHARACTER_DEVICE | 0666, 1 << 8 | 5, 0, 0);
  number console = call(SYS_OPEN, (number) "/dev/console", READ_WRITE, 0, 0, 0);
  for (number fd = 0; fd < 3 && console >= 0; fd += 1)
    if (fd != console) call(SYS_DUP2, console, fd, 0, 0, 0);
}

static void measure(const char *token, enum operation what, number rounds, number wanted) {
  number failed = repeat(what, 1);
  if (what >= FORK_EXEC && !has_no_fork && (failed == -EINVAL || failed == -ENOSYS)) {
    has_no_fork = 1;
    failed = repeat(what, 1);
  }
  if (failed < 0) {
    begin_line(token);
    add_word("lacks");
    add_word(names[what]);
    add_number(-failed);
    return end_line();
  }
  if (what >= FORK_EXEC && has_no_fork) {
    begin_line(token);
    add_word("vforks");
    add_word(names[what]);
    end_line();
  }
  /* Whole programs vary more than calls. */
  if (what >= VFORK_EXEC) wanted *= 4;
  /* As many as take about the wanted time; what is found out that way also warms up. */
  number count = 1;
  for (int enough = 0;;) {
    number begun = now();
    repeat(what, count);
    number took = now() - begun;
    /* Twice: the first of a kind is slow. */
    if (took >= wanted / 2 || count >= 1 << 26) enough += 1;
    if (enough == 2) break;
    if (took >= wanted / 2) continue;
    number more = took < 1 ? 16 : wanted / took;
    count *= more < 2 ? 2 : more > 16 ? 16 : more;
  }
  for (number round = 0; round < rounds; round += 1) {
    number begun = now();
    repeat(what, count);
    number took = now() - begun;
    begin_line(token);
    add_word("round");
    add_number(round);
    add_word(names[what]);
    add_number(count);
    add_number(took);
    end_line();
  }
}

__attribute__((used)) static void begin(number *stack) {
  number words = stack[0];
  char **word = (char **)(stack + 1);
  int is_init = call(SYS_GETPID, 0, 0, 0, 0, 0) == 1;
  if (words == 2 && same(word[1], "-", 1)) call(SYS_EXIT, 0, 0, 0, 0, 0);
  if (is_init) be_init();
  /* UML adds words of its own behind them. */
  int is_told = words >= 5;
  if (is_told) {
    const char *token = word[1];
    number rounds = to_number(word[2]), wanted = to_number(word[3]) * 1000000;
    null_fd = call(SYS_OPEN, (number) "/dev/null", READ_WRITE, 0, 0, 0);
    /* Far from those that are open already: select looks at a row of them. */
    zero_fd = call(SYS_DUP2, call(SYS_OPEN, (number) "/dev/zero", 0, 0, 0, 0), 250, 0, 0, 0);
    null_fd = call(SYS_DUP2, null_fd, 100, 0, 0, 0);
    begin_line(token);
    add_word("begin");
    end_line();
    for (char *from = word[4]; *from != 0;) {
      size length = 0;
      while (from[length] != 0 && from[length] != ',') length += 1;
      for (int what = 0; what < UNKNOWN; what += 1)
        if (same(from, names[what], length)) measure(token, (enum operation)what, rounds, wanted);
      from += length + (from[length] == ',');
    }
    begin_line(token);
    add_word("end");
    end_line();
  }
  if (is_init) call(SYS_REBOOT, (number)0xfee1dead, 672274793, 0x4321fedc, 0, 0);
  for (;;) call(SYS_EXIT, is_told ? 0 : 2, 0, 0, 0, 0);
}

__asm__(".globl _start\n"
        "_start:\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call begin\n");
