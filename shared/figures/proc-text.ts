/** Readers of what the kernel of this computer says in /proc. Each returns null for what isn't as expected. */

/** Nanoseconds in a clock tick of /proc/PID/stat: USER_HZ is 100 on every architecture that UML has. */
const TICK_NS = 10_000_000;

/** Nanoseconds on a CPU, from /proc/PID/schedstat; of the first thread only. 0 where the kernel doesn't count them. */
export function parseSchedstat(text: string): number | null {
  return wholeNumber(text.split(' ')[0]);
}

/** What /proc/PID/stat tells of a process' time, all its threads together. */
export interface StatTimes {
  ownNs: number;
  /** Of children that ended and were waited for. */
  endedNs: number;
  threads: number;
}

/** Fields 14 to 17 and 20 of /proc/PID/stat (proc(5)). */
export function parseStatTimes(text: string): StatTimes | null {
  // The name in parentheses may hold spaces and parentheses of its own; what follows it begins with field 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(wholeNumber);
  const threads = wholeNumber(fields[17]);
  if (user == null || system == null || endedUser == null || endedSystem == null || threads === null)
    return null;
  return { ownNs: (user + system) * TICK_NS, endedNs: (endedUser + endedSystem) * TICK_NS, threads };
}

/** The pids in /proc/PID/task/TID/children. */
export function parseChildren(text: string): number[] {
  return text.split(' ').flatMap((word) => wholeNumber(word.trim()) ?? []);
}

/** Bytes that a process asked to read and write, from /proc/PID/io, whether or not they came from a cache. */
export function parseIo(text: string): { read: number; written: number } | null {
  const read = wholeNumber(/^rchar: (\d+)$/m.exec(text)?.[1]);
  const written = wholeNumber(/^wchar: (\d+)$/m.exec(text)?.[1]);
  return read === null || written === null ? null : { read, written };
}

/**
 * Bytes that this computer received from each interface and sent to it, from a process' net/dev, which has those of its
 * network namespace (proc(5)): name, colon, eight numbers in and eight out, bytes first.
 */
export function parseNetDev(text: string): Map<string, { received: number; sent: number }> {
  const found = [...text.matchAll(/^\s*([^\s:]+):(.*)$/gm)].flatMap(([, name = '', numbers = '']) => {
    const fields = numbers.trim().split(/\s+/);
    const received = wholeNumber(fields[0]);
    const sent = wholeNumber(fields[8]);
    return received !== null && sent !== null ? [[name, { received, sent }] as const] : [];
  });
  return new Map(found);
}

/** Proportional memory of a process in bytes, and how much of it is shared memory, from /proc/PID/smaps_rollup. */
export function parsePss(text: string): { all: number; shmem: number } | null {
  const all = kilobytes(text, 'Pss');
  const shmem = kilobytes(text, 'Pss_Shmem');
  return all === null || shmem === null ? null : { all, shmem };
}

/** Used bytes of a guest's memory, from its /proc/meminfo. It says what it likes: nonsense is null. */
export function parseGuestUsed(meminfo: string): number | null {
  const total = kilobytes(meminfo, 'MemTotal');
  const available = kilobytes(meminfo, 'MemAvailable');
  return total === null || available === null || available > total ? null : total - available;
}

function kilobytes(text: string, name: string): number | null {
  const kb = wholeNumber(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
  return kb === null || !Number.isSafeInteger(kb * 1024) ? null : kb * 1024;
}

function wholeNumber(word: string | undefined): number | null {
  if (word === undefined || !/^\d+$/.test(word)) return null;
  const number = Number(word);
  return Number.isSafeInteger(number) ? number : null;
}
