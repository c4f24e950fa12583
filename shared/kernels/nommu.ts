import type { ElfFacts } from '../programs/elf.js';
import type { Answers } from './abilities.js';

/** The first program of a guest whose kernel has no MMU, when nobody chose another (the nommu papers' run lines). */
export const NOMMU_INIT = '/sbin/init';

/** True for a kernel that says that it has no MMU; one that says nothing is taken for one that has. */
export function isNommu({ answers }: { answers: Answers }): boolean {
  return answers.mmu === 'no';
}

/** Why a program can't be the init of a kernel without an MMU, as a clause about it; null when it can (facts/nommu 2). */
export function whyNotNommuInit(elf: ElfFacts | null): string | null {
  if (elf === null) return 'is no program (a script can’t be the init of such a kernel)';
  if (elf.machine !== 'x86-64') return 'is for another processor';
  if (!elf.isPie) return 'is not position-independent (PIE): such a kernel refuses it with error -8';
  if (elf.interpreter !== null && !elf.interpreter.includes('ld-musl'))
    return `needs ${elf.interpreter}, which such a kernel can’t map; musl’s programs run`;
  return null;
}

/** What everybody must know of a kernel without an MMU before they trust it with anything (the nommu papers; facts/nommu 2). */
export const nommuLimits: readonly { title: string; text: string }[] = [
  {
    title: 'vfork, not fork',
    text: 'A program can start another one (vfork, posix_spawn), but not make a copy of itself: fork fails with “Invalid argument”. Shells built for it, such as BusyBox’s hush, know that.',
  },
  {
    title: 'Only position-independent programs',
    text: 'The kernel loads PIE programs, static or of musl. glibc’s fail with “failed to map segment”, others with “Exec format error”.',
  },
  {
    title: 'One address space',
    text: 'All programs share their addresses with each other and with the kernel. mmap can do less: MAP_FIXED fails, and large allocations need memory in one piece.',
  },
  {
    title: 'No protection',
    text: 'A stray write of a program can damage the guest’s kernel, or another program, without a word. Nothing of this computer is in its reach by that.',
  },
  {
    title: 'A busy loop stops the guest',
    text: 'A program that computes without system calls is never interrupted: the console, shutting down and pausing wait for it. Paddock then says “busy guest”; force off always works.',
  },
  {
    title: 'Its memory stays',
    text: 'Memory can’t be given back to this computer while it runs.',
  },
];
