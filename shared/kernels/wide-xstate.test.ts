import { expect, test } from 'vitest';
import { hasWideXstate } from './wide-xstate.js';

test('only a processor with AMX tiles has the large state', () => {
  const cpu = (flags: string): string =>
    `processor\t: 0\nflags\t\t: fpu vme ${flags} avx512f\nbugs\t\t: amx_tile\n`;
  expect(hasWideXstate(cpu('amx_bf16 amx_tile amx_int8'))).toBe(true);
  expect(hasWideXstate(cpu('avx2 xsaves'))).toBe(false);
  expect(hasWideXstate(cpu('amx_tiles'))).toBe(false);
  expect(hasWideXstate('')).toBe(false);
});
