import type { StopReason } from './stop-reason.js';

/** What is known when a machine's process has ended. */
export interface StopEvidence {
  exitCode: number | null;
  signal: string | null;
  /** The hardest way to stop that was asked for, if any. */
  asked: 'shutdown' | 'halt' | 'force' | null;
  /** Text of a panic that the notify socket told, if it did. */
  panic: string | null;
  /** The end of con0, where the kernel's own stdout and stderr go, too. */
  consoleTail: string;
}

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
  const said = evidence.consoleTail;
  if (exitCode === 0)
    return asked === 'halt' || asked === 'force' ? { code: 'halted' } : { code: 'poweroff' };
  if (asked === 'force') return { code: 'forced' };

  if (/Too few physical memory/.test(said)) return { code: 'memory-too-small' };
  if (/mount likely just ran out of space/.test(said)) return { code: 'memory-file-full' };
  if (/PROT_EXEC mmap in .*(failed|not permitted)/i.test(said) || /must be not mounted noexec/i.test(said))
    return { code: 'memory-file-noexec' };
  if (/(ptrace|PTRACE_\w+).*(failed|Operation not permitted)/i.test(said))
    return { code: 'ptrace-forbidden' };

  const panic =
    evidence.panic ?? lastMatch(evidence.consoleTail, /Kernel panic - not syncing: (.*)/)?.[1] ?? null;
  if (panic !== null) {
    const text = panic.replaceAll('\0', '').trim();
    const lock = lastMatch(said, /already locked by pid (\d+)/);
    if (lock) return { code: 'disk-locked', pid: Number(lock[1]) };
    const mismatch = lastMatch(said, /((?:mtime|Size) mismatch \(.*?\)) of COW header/);
    if (mismatch) return { code: 'base-changed', text: mismatch[1] ?? '' };
    if (/Unable to mount root fs/.test(text)) return { code: 'no-root', text };
    if (/No working init found|Requested init .* failed/.test(text)) return { code: 'no-init', text };
    if (/Attempted to kill init/.test(text)) return { code: 'init-ended', text };
    return { code: 'panic', text };
  }
  if (signal !== null) return { code: 'killed', signal };
  if (exitCode !== null) return { code: 'exited', exitCode, lastLine: lastLine(said) };
  return { code: 'unseen' };
}
