import { expect, test } from 'vitest';
import { plainRunMode } from '@shared/kernels/run-mode.js';
import { cpuFor, leastUsedCpu } from './cpu-spread.js';

const single = { taken: null, runMode: plainRunMode };
const smp = { taken: null, runMode: { ...plainRunMode, cpus: 2 } };

test('a machine is kept on the CPU that was chosen for it, or on the least used one, or on none', () => {
  expect(cpuFor({ ...single, pin: 1 }, [])).toBe(1);
  expect(cpuFor({ ...single, pin: 'off' }, [])).toBeNull();
  expect(cpuFor({ ...single, pin: 'auto' }, [0, 0])).toBe(leastUsedCpu([0, 0]));
  expect(leastUsedCpu([0, 0, 1], [0, 1])).toBe(1);
});

test('a guest with several CPUs is never kept on one, whatever was chosen', () => {
  for (const pin of ['auto', 'off', 1] as const) expect(cpuFor({ ...smp, pin }, [])).toBeNull();
});
