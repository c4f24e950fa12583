import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureFileName, captureSchema, captureWords } from './capture.js';

test('whatever networks and machines are called, a capture’s file has a plain name', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40, unit: 'binary' }),
      fc.string({ maxLength: 40, unit: 'binary' }),
      fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
      (networkName, vmName, at) => {
        const file = `${captureFileName({ networkName, vmName, unit: 0 }, at)}.pcap`;
        expect(captureSchema.shape.file.safeParse(file).success, file).toBe(true);
        expect(file).toMatch(/^[\w-]+\.pcap$/);
      },
    ),
  );
  expect(
    captureFileName({ networkName: 'Büro / Süd', vmName: 'r1', unit: 2 }, new Date('2026-11-26T20:30:05Z')),
  ).toBe('Bu-ro-Su-d-r1-2-2026-11-26-203005');
  for (const bad of ['../x.pcap', '/x.pcap', '.pcap', 'a/b.pcap', 'x.pcap\n'])
    expect(captureSchema.shape.file.safeParse(bad).success).toBe(false);
});

test('tcpdump is told where, how much and how long, and of a cable only its two ports', () => {
  const of = { path: '/c/x.pcap', limits: { bytes: 5000, seconds: 9 }, fakeroot: '/f.so' };
  const tap = captureWords({ tap: 'tabc-0' }, of);
  expect(tap.join(' ')).toContain('env LD_PRELOAD=/f.so tcpdump');
  expect(tap.join(' ')).toContain('-G 10 -W 1 -i tabc-0 -w /c/x.pcap');
  expect(tap).toContain(`--fsize=${5000 + 1024 * 1024}`);
  const cable = captureWords({ ports: [40_000, 40_001] }, { ...of, fakeroot: null });
  expect(cable.join(' ')).not.toContain('LD_PRELOAD');
  expect(cable.at(-1)).toBe(
    'udp and ((src port 40000 and dst port 40001) or (src port 40001 and dst port 40000))',
  );
});
