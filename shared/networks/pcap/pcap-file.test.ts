import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PcapReader, parsePcapHead, pcapHead, pcapPacket, type PcapPacket } from './pcap-file.js';

const packets: fc.Arbitrary<PcapPacket[]> = fc.array(
  fc
    .record({
      // To the microsecond, as the file has it.
      time: fc
        .integer({ min: 0, max: 2 ** 32 - 1 })
        .chain((s) => fc.nat(999_999).map((us) => (s * 1e6 + us) / 1e6)),
      bytes: fc.uint8Array({ maxLength: 200 }),
      more: fc.nat(2000),
    })
    .map(({ time, bytes, more }) => ({ time, bytes, length: bytes.length + more })),
  { maxLength: 20 },
);

const fileOf = (list: readonly PcapPacket[]): Uint8Array =>
  Uint8Array.from([...pcapHead(), ...list.flatMap((one) => [...pcapPacket(one)])]);

/** Reads in pieces of these lengths, over and over. */
function read(bytes: Uint8Array, lengths: readonly number[]): { reader: PcapReader; found: PcapPacket[] } {
  const reader = new PcapReader();
  const found: PcapPacket[] = [];
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length] ?? 1;
    for (const packet of reader.add(bytes.subarray(at, at + length)))
      found.push({ ...packet, bytes: packet.bytes.slice() });
    at += length;
  }
  return { reader, found };
}

const pieces = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 10 });

test('packets are a file and back, in whatever pieces it is read', () => {
  fc.assert(
    fc.property(packets, pieces, (list, lengths) => {
      const bytes = fileOf(list);
      const { reader, found } = read(bytes, lengths);
      expect(found.map((one) => [Math.round(one.time * 1e6), one.length, [...one.bytes]])).toEqual(
        list.map((one) => [Math.round(one.time * 1e6), one.length, [...one.bytes]]),
      );
      expect(reader).toMatchObject({ isBroken: false, wholeBytes: bytes.length });
    }),
  );
});

test('a file that was cut has what was whole before the cut', () => {
  fc.assert(
    fc.property(packets, pieces, fc.double({ min: 0, max: 1, noNaN: true }), (list, lengths, part) => {
      const bytes = fileOf(list);
      const cut = bytes.subarray(0, Math.floor(bytes.length * part));
      const { reader, found } = read(cut, lengths);
      expect(reader.wholeBytes).toBeLessThanOrEqual(cut.length);
      expect(found.length).toBeLessThanOrEqual(list.length);
      // Read up to there it is whole.
      const again = read(cut.subarray(0, reader.wholeBytes), lengths);
      expect(again.found).toHaveLength(found.length);
    }),
  );
});

test('whatever stands in it, reading ends, and no packet is larger than the file', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.uint8Array({ maxLength: 500 }).map((rest) => Uint8Array.from([...pcapHead(), ...rest])),
  );
  fc.assert(
    fc.property(hostile, pieces, (bytes, lengths) => {
      const { reader, found } = read(bytes, lengths);
      for (const packet of found) {
        expect(packet.bytes.length).toBeLessThanOrEqual(Math.min(packet.length, bytes.length));
        expect(Number.isFinite(packet.time)).toBe(true);
      }
      expect(reader.wholeBytes).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test('files of the other byte order and of nanoseconds are known; what is none is not', () => {
  const big = Uint8Array.from([
    0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 96, 0, 0, 0, 1,
  ]);
  expect(parsePcapHead(big)).toEqual({
    littleEndian: false,
    fractions: 1_000_000_000,
    snapLength: 96,
    linkType: 1,
  });
  const { found } = read(
    Uint8Array.from([...big, 0, 0, 0, 1, 0x1d, 0xcd, 0x65, 0, 0, 0, 0, 1, 0, 0, 0, 9, 7]),
    [5],
  );
  expect(found).toEqual([{ time: 1.5, length: 9, bytes: Uint8Array.of(7) }]);
  expect(parsePcapHead(new Uint8Array(24))).toBeNull();
  expect(read(new Uint8Array(100), [7]).reader.isBroken).toBe(true);
});
