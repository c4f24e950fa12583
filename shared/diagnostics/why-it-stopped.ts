import type { StopReason } from './stop-reason.js';

/** What is known when a machine's process has ended. */
export interface StopEvidence {
  exitCode: number | null;
  signal: string | null;
  /** The hardest way to stop that was asked for, if any. */
  asked: 'shutdown' | 'halt' | 'force' | null;
  /** Seconds that it had for shutting down, when it was halted because it hadn't by then. */
  gaveUpAfter: number | null;
  /** Its control socket had come up. */
  wasUp: boolean;
  /** Processes that Linux killed for want of memory near the end (oom_kill of /proc/vmstat). */
  oomKills: number;
  /** Text of a panic that the notify socket told, if it did. */
  panic: string | null;
  /** The end of con0, where the kernel's own stdout and stderr go, too. */
  consoleTail: string;
  /** It was started with `seccomp=on` or `auto` on a kernel without an MMU. */
  nommuSeccomp: boolean;
}

/** No line that is looked for is longer; and the guest, whose text it is, could fill the host's time with longer ones. */
const LINE_MAX = 1000;

const lastMatch = (text: string, pattern: RegExp): RegExpMatchArray | null =>
  [...text.matchAll(new RegExp(pattern, 'g'))].at(-1) ?? null;

const lastLine = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1)
    ?.slice(0, 300) ?? '';

/**
 * One reason from all the evidence. Order matters: the cause before its consequence, so that a locked disk is
 * not reported as "no root file system", which is all that the kernel's panic says of it.
 * The texts are those of arch/um and init/, collected in facts/consoles-and-lifecycle 6 and facts/images-and-cow B7.
 */
export function whyItStopped(evidence: StopEvidence): StopReason {
  const { asked, exitCode, signal } = evidence;
  const said = evidence.consoleTail
    .split('\n')
    .map((line) => line.slice(0, LINE_MAX))
    .join('\n');
  const late = evidence.gaveUpAfter;
  if (late !== null && (exitCode === 0 || asked === 'force'))
    return { code: 'shutdown-timeout', seconds: late, isForced: exitCode !== 0 };
  if (exitCode === 0)
    return asked === 'halt' || asked === 'force' ? { code: 'halted' } : { code: 'poweroff' };
  if (asked === 'force') return { code: 'forced' };

  const early = evidence.wasUp ? null : whyNotUp(evidence, said);
  if (early) return early;
  if (/mount likely just ran out of space/.test(said)) return { code: 'memory-file-full' };
  if (/ptrace set fp regs failed, errno = 14/.test(said)) return { code: 'processor-too-new' };
  if (stubGone.test(said)) return { code: evidence.oomKills > 0 ? 'host-out-of-memory' : 'stub-killed' };
  if (!evidence.wasUp && /ptrace.*(failed|Operation not permitted)/i.test(said))
    return { code: 'ptrace-forbidden' };

  const panic = evidence.panic ?? lastMatch(said, /Kernel panic - not syncing: (.*)/)?.[1] ?? null;
  if (panic !== null) {
    const text = panic.replaceAll('\0', '').trim();
    const disk = lastMatch(said, /Failed to initialize ubd device (\d+) :Couldn't determine size/);
    const lock = lastMatch(said, /already locked by pid (\d+)/);
    if (lock) return { code: 'disk-locked', pid: Number(lock[1]) };
    const mismatch = lastMatch(said, /((?:mtime|Size) mismatch \(.*?\)) of COW header/);
    if (mismatch) return { code: 'base-changed', text: mismatch[1] ?? '' };
    if (disk && /Unable to mount root fs/.test(text))
      return { code: 'disk-missing', device: `ubd${disk[1] ?? ''}` };
    // 6.12 with 64 MB, on a busy computer, in 2 of 60 starts; with 128 MB in none (docs/kernels.md).
    if (/Failed to create a (?:rescuer|worker).*-EAGAIN/.test(said) && /Unable to mount root fs/.test(text))
      return { code: 'memory-too-small' };
    if (/Unable to mount root fs/.test(text)) return { code: 'no-root', text };
    const kasan = lastMatch(said, /BUG: (KASAN: .*)/)?.[1];
    // One that was reported, and lived with, long before is not why.
    if (kasan !== undefined && /KASAN|kasan|panic_on_warn/.test(text))
      return { code: 'kasan', text: kasan.trim() };
    return whyInit(text, said) ?? { code: 'panic', text };
  }
  if (signal === 'SIGKILL' && evidence.oomKills > 0) return { code: 'host-out-of-memory' };
  if (signal !== null) return { code: 'killed', signal };
  // UML takes SIGTERM and SIGINT itself and exits with 1 without a word; before its console is up, so does bad input.
  if (exitCode === 1 && evidence.wasUp) return { code: 'killed', signal: 'SIGTERM' };
  if (exitCode !== null) return { code: 'exited', exitCode, lastLine: lastLine(said) };
  return { code: 'unseen' };
}

/** What only a start can meet. Of a guest that runs, the same words are something that it prints: a test's, say. */
function whyNotUp(evidence: StopEvidence, said: string): StopReason | null {
  // At once and without a word (facts/nommu 2).
  if (evidence.nommuSeccomp && (evidence.signal === 'SIGSEGV' || evidence.exitCode === 139))
    return { code: 'nommu-seccomp' };
  if (/zpoline.*(?:fail|unable|not permitted|mmap_min_addr)/i.test(said)) return { code: 'nommu-zpoline' };
  if (/Too few physical memory/.test(said)) return { code: 'memory-too-small' };
  if (/PROT_EXEC mmap in .*(failed|not permitted)/i.test(said) || /must be not mounted noexec/i.test(said))
    return { code: 'memory-file-noexec' };
  return null;
}

/** Whom the kernel traces isn't there (errno 3, ESRCH) or was ended by SIGKILL (status 9): arch/um/os-Linux/skas. */
const stubGone =
  /(?:ptrace.* failed|registers from stub), errno = 3\b|wait_stub_done : failed to wait .*status = 0x9\b/i;

/** ENOEXEC and EACCES of init/main.c's `failed (error -8)`: it is there, but not for this kernel. */
const notRunnable = /(?:Requested init|Starting init:) (\S+).*\(?error -(?:8|13)\)?/;

/** What is wrong with init, if that is what the panic is about. */
function whyInit(panic: string, said: string): StopReason | null {
  const requested = /Requested init (\S+) failed \(error -(\d+)\)/.exec(panic);
  if (requested?.[2] === '8' || requested?.[2] === '13')
    return { code: 'init-not-runnable', init: requested[1] ?? '', text: panic };
  if (requested) return { code: 'no-init', text: panic };
  if (/No working init found/.test(panic)) {
    const tried = lastMatch(said, notRunnable);
    return tried
      ? { code: 'init-not-runnable', init: tried[1] ?? '', text: tried[0] }
      : { code: 'no-init', text: panic };
  }
  if (!/Attempted to kill init/.test(panic)) return null;
  // Memory in one piece, of which there was none (mm/nommu.c).
  const allocation = lastMatch(said, /nommu: Allocation of length (\d+) from process \d+ \((\S+)\) failed/);
  if (allocation) return { code: 'nommu-memory', program: allocation[2] ?? '', bytes: Number(allocation[1]) };
  // A C library that a kernel without an MMU can't map (facts/nommu 2).
  const library = lastMatch(said, /(\S+): error while loading shared libraries: .*failed to map segment.*/);
  if (library) return { code: 'init-not-runnable', init: library[1] ?? '', text: library[0] };
  return { code: 'init-ended', text: panic };
}
