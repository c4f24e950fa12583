/**
 * True when UML kernels before 6.13 can't run on this processor without help: with AMX its register state is larger than
 * the buffer that they hand to the host, which wants all of it (electron/native/wide-xstate.c).
 */
export function hasWideXstate(cpuinfo: string): boolean {
  return /^flags\s*:.*\bamx_tile\b/m.test(cpuinfo);
}
