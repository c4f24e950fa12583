import { expect, test } from 'vitest';
import {
  iperfComplaint,
  measurementSchema,
  parseAddress,
  parseIperf,
  parseNcReceiver,
  parsePing,
  withMeasurement,
  type Measurement,
} from './measurement.js';

test('what ping, iperf3, nc and ip say is read, of busybox and of others; anything else is nothing', () => {
  expect(parsePing('round-trip min/avg/max = 0.340/0.481/0.622 ms')).toBe(0.481);
  expect(parsePing('rtt min/avg/max/mdev = 0.049/0.055/0.062/0.006 ms')).toBe(0.055);
  expect(parsePing('3 packets transmitted, 0 packets received, 100% packet loss')).toBeNull();
  expect(parseIperf('{"end":{"sum_received":{"bits_per_second":9.5e6}}}')).toBe(9.5e6);
  for (const bad of ['', '{', '{"end":{}}', '{"end":{"sum_received":{"bits_per_second":-1}}}', '"x"'])
    expect(parseIperf(bad)).toBeNull();
  expect(iperfComplaint('{"start":{},"error":"unable to connect\u0007."}')).toBe('unable to connect?');
  expect(iperfComplaint('{"end":{}}')).toBeNull();
  expect(parseNcReceiver('57.37 55.73\n42945535\n60.37 56.28\n')).toBeCloseTo((42_945_535 * 8) / 3, 3);
  for (const bad of ['', '1.0 1.0\n5\n1.0 1.0\n', '2.0 1.0\n5\n1.0 1.0\n', 'a b\nc\nd e\n'])
    expect(parseNcReceiver(bad)).toBeNull();
  expect(parseAddress('10.77.1.10/24\n192.168.5.1/24\n')).toBe('10.77.1.10');
  expect(parseAddress('$(reboot)/24')).toBeNull();
});

test('of two machines the newest measurement is kept, whoever began it', () => {
  const end = (vmId: string) => ({ vmId: vmId.padEnd(12, '0'), unit: 0 });
  const one = (from: string, to: string, thereBits: number): Measurement =>
    measurementSchema.parse({
      from: end(from),
      to: end(to),
      thereBits,
      backBits: 0,
      milliseconds: null,
      by: 'nc',
      at: '2026-11-26T20:30:05Z',
    });
  const list = [one('a', 'b', 1), one('b', 'c', 2), one('b', 'a', 3)].reduce<Measurement[]>(
    withMeasurement,
    [],
  );
  expect(list.map(({ thereBits }) => thereBits)).toEqual([2, 3]);
});
