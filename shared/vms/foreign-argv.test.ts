import { expect, test } from 'vitest';
import { consolesOfArgv, memoryOfArgv } from './foreign-argv.js';

test.each([
  [['linux'], 128],
  [['linux', 'mem=64M'], 64],
  [['linux', 'mem=1g', 'mem=96M'], 96],
  [['linux', 'mem=131072k'], 128],
  [['linux', 'mem=134217728'], 128],
  [['linux', 'mem=8M'], 32],
  [['linux', 'mem=lots'], 128],
])('memory of %j', (argv, mib) => {
  expect(memoryOfArgv(argv)).toBe(mib);
});

test.each([
  [['linux'], 1],
  [['linux', 'con0=fd:0,fd:1', 'con=pts'], 1],
  [['linux', 'con0=fd:0,fd:1', 'con3=pts', 'con5=null'], 4],
  [['linux', 'con99=pts'], 16],
])('consoles of %j', (argv, count) => {
  expect(consolesOfArgv(argv)).toBe(count);
});
