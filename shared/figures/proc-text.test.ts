import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseChildren,
  parseGuestUsed,
  parseIo,
  parseNetDev,
  parsePss,
  parseSchedstat,
  parseStatTimes,
} from './proc-text.js';

test('reads what a kernel says', () => {
  expect(parseSchedstat('1191090207 22568396 11422\n')).toBe(1191090207);
  expect(
    parseStatTimes(
      '24849 (linux.uml) S 24820 24849 24849 0 -1 4194304 20932 6977 0 0 95 23 9 2 20 0 1 0 1675623 70156288 10149\n',
    ),
  ).toEqual({ ownNs: 1.18e9, endedNs: 1.1e8, threads: 1 });
  expect(parseChildren('24854 24855 25402 ')).toEqual([24854, 24855, 25402]);
  expect(parseChildren('')).toEqual([]);
  expect(parseIo('rchar: 44338\nwchar: 31623\nsyscr: 218\nsyscw: 323\n')).toEqual({
    read: 44338,
    written: 31623,
  });
  expect(
    parsePss(
      '100000-7ffc [rollup]\nRss: 40740 kB\nPss:    30846 kB\nPss_Dirty: 1 kB\nPss_Shmem:   30298 kB\n',
    ),
  ).toEqual({ all: 30846 * 1024, shmem: 30298 * 1024 });
  expect(parseGuestUsed('MemTotal:          54340 kB\nMemFree: 1 kB\nMemAvailable:      40340 kB\n')).toBe(
    14000 * 1024,
  );
});

test('a name with spaces and parentheses is no trap', () => {
  expect(parseStatTimes('7 (a) S 1 (b c) R 1 1 1 0 -1 0 0 0 0 0 1 2 3 4 20 0 5 0 9 9 9')).toEqual({
    ownNs: 3e7,
    endedNs: 7e7,
    threads: 5,
  });
});

test('a guest that lies about its memory is not believed', () => {
  for (const said of [
    'MemTotal: 10 kB\nMemAvailable: 11 kB\n',
    'MemTotal: 99999999999999999999 kB\nMemAvailable: 1 kB\n',
    'MemTotal: -5 kB\nMemAvailable: 1 kB\n',
    'MemTotal: 10 kB\n',
    '',
  ])
    expect(parseGuestUsed(said)).toBeNull();
});

const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
tabc-0:    1260       9    0    0    0     0          0         0     2181      23    0    0    0     0       0          0
tabc-1:       5       9    0    0    0     0          0         0        7      23    0    0    0     0       0          0
`;

test('bytes of each interface', () => {
  expect([...parseNetDev(netDev)].slice(1)).toEqual([
    ['tabc-0', { received: 1260, sent: 2181 }],
    ['tabc-1', { received: 5, sent: 7 }],
  ]);
  expect([...parseNetDev('tap0: one two')]).toEqual([]);
});

test('whatever the text, a value is a whole number that is not negative, or null', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[\d :()kBrwchMemTotalAvib\n-]{0,80}$/),
    fc.integer().map((n) => `MemTotal: ${n} kB\nMemAvailable: ${n - 1} kB\n`),
  );
  fc.assert(
    fc.property(text, (said) => {
      const io = parseIo(said);
      const stat = parseStatTimes(said);
      const pss = parsePss(said);
      const numbers = [
        parseSchedstat(said),
        parseGuestUsed(said),
        ...parseChildren(said),
        ...(io ? [io.read, io.written] : []),
        ...(stat ? [stat.ownNs, stat.endedNs, stat.threads] : []),
        ...(pss ? [pss.all, pss.shmem] : []),
      ];
      for (const number of numbers)
        expect(number === null || (Number.isInteger(number) && number >= 0)).toBe(true);
    }),
  );
});
