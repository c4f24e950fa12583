/** What guests of kernels without an MMU print when they meet one of its limits, and what it means (facts/nommu 2). */
const signs: readonly { pattern: RegExp; text: string }[] = [
  {
    pattern: /nommu: Allocation of length \d+ from process \d+ \(.{1,16}\) failed/,
    text: 'A program wanted more memory in one piece than there is together: without an MMU it can’t be put together from several.',
  },
  {
    pattern: /error while loading shared libraries: .{1,200}: failed to map segment from shared object/,
    text: 'A program of glibc was started. Without an MMU only programs of musl, static or position-independent, can be loaded.',
  },
  {
    pattern: /Exec format error|cannot execute binary file/,
    text: 'A program that is not position-independent (PIE) was started, which a kernel without an MMU can’t load.',
  },
  {
    pattern: /(?:can't |cannot |unable to )?(?:v?fork|clone)[^\n]{0,40}: Invalid argument/,
    text: 'A program wanted a copy of itself (fork), which there is not without an MMU. One that uses vfork or posix_spawn runs.',
  },
  {
    pattern: /mmap[^\n]{0,60}: Invalid argument/,
    text: 'A program asked mmap for a fixed address (MAP_FIXED), which there is not without an MMU.',
  },
  {
    pattern: /^[^\n]{0,80}Segmentation fault/,
    text: 'A program ended by a segmentation fault. Static programs of glibc do so without an MMU; those of musl run.',
  },
];

/** A line is not looked at beyond this. */
const LINE_MAX = 400;

/** What a line of such a guest's console means, or null. */
export function nommuHint(line: string): string | null {
  const start = line.slice(0, LINE_MAX);
  return signs.find(({ pattern }) => pattern.test(start))?.text ?? null;
}
