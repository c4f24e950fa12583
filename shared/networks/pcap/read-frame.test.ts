import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CaptureCounts, captureSummarySchema } from './capture-summary.js';
import { CardFrames, innerFrame } from './inner-frames.js';
import { readFrame } from './read-frame.js';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/\s+/g, '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const macs = '025044aabbcc 025044112233';
/** An IPv4 packet of 10.77.1.10 to 10.77.1.11. */
const ipv4 = (protocol: string, body: string): string =>
  `4500 ${(20 + hex(body).length).toString(16).padStart(4, '0')} 0000 4000 40${protocol} 0000 0a4d010a 0a4d010b ${body}`;

test('frames are what tcpdump says that they are', () => {
  const arp = `${macs} 0806 0001 0800 0604 0001 025044112233 0a4d010a 000000000000 0a4d010b`;
  expect(readFrame(hex(arp))).toMatchObject({
    protocol: 'ARP',
    source: '02:50:44:11:22:33',
    info: 'Who has 10.77.1.11? Tell 10.77.1.10',
    conversation: null,
  });
  const ping = `${macs} 0800 ${ipv4('01', '0800 0000 1234 0007 00')}`;
  expect(readFrame(hex(ping))).toEqual({
    protocol: 'ICMP',
    source: '10.77.1.10',
    destination: '10.77.1.11',
    info: 'Echo request id 4660 seq 7',
    conversation: ['10.77.1.10', '10.77.1.11'],
  });
  const syn = `${macs} 0800 ${ipv4('06', '9c40 0050 00000064 00000000 5002 ffff 0000 0000')}`;
  expect(readFrame(hex(syn))).toMatchObject({
    protocol: 'TCP',
    info: '40000 → 80 [SYN] seq 100 window 65535',
    conversation: ['10.77.1.10:40000', '10.77.1.11:80'],
  });
  const http = `${macs} 0800 ${ipv4('06', '9c40 0050 00000064 00000001 5018 ffff 0000 0000 474554')}`;
  expect(readFrame(hex(http))).toMatchObject({ protocol: 'HTTP' });
  const query = '1234 0100 0001 0000 0000 0000 03 6f6e65 03 6c6162 00 0001 0001';
  const dns = `${macs} 0800 ${ipv4('11', `9c40 0035 ${(8 + hex(query).length).toString(16).padStart(4, '0')} 0000 ${query}`)}`;
  expect(readFrame(hex(dns))).toMatchObject({ protocol: 'DNS', info: 'Question: A one.lab' });
  const v6 = `${macs} 86dd 6000 0000 0008 3aff fe80 0000 0000 0000 0000 0000 0000 0001 ff02 0000 0000 0000 0000 0000 0000 0002 8500 0000 0000 0000`;
  expect(readFrame(hex(v6))).toMatchObject({
    protocol: 'ICMPv6',
    source: 'fe80::1',
    destination: 'ff02::2',
    info: 'Router solicitation',
  });
  const tagged = `${macs} 8100 0007 0800 ${ipv4('01', '0000 0000 1234 0007')}`;
  expect(readFrame(hex(tagged))).toMatchObject({ info: 'Echo reply id 4660 seq 7' });
  expect(readFrame(hex(`${macs} 0800 45`))).toMatchObject({
    protocol: 'IPv4',
    info: 'its head is cut or wrong',
  });
});

const plausible = fc
  .tuple(
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.constantFrom([8, 0], [8, 6], [0x86, 0xdd], [0x81, 0], [0, 40]),
    fc.constantFrom(0x45, 0x4f, 0x60, 0),
    fc.uint8Array({ maxLength: 90 }),
  )
  .map(([ends, type, first, rest]) => Uint8Array.from([...ends, ...type, first, ...rest]));

test('nothing that a guest sends keeps it from being read, and what is read is of one line', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), plausible), (bytes) => {
      const text = readFrame(bytes);
      for (const word of [text.source, text.destination, text.protocol, text.info])
        expect(word).toMatch(/^[\x20-\x7e→]*$/u);
      expect(text.info.length).toBeLessThan(400);
    }),
    { numRuns: 2000 },
  );
});

test('counts are those of the packets, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(plausible, { maxLength: 60 }), (frames) => {
      const counts = new CaptureCounts(5);
      frames.forEach((bytes, n) => counts.add({ time: 1e9 + n / 10, length: bytes.length, bytes }));
      const summary = captureSummarySchema.parse(counts.summary(null));
      expect(summary.packets).toBe(frames.length);
      expect(summary.bytes).toBe(frames.reduce((sum, one) => sum + one.length, 0));
      expect(summary.protocols.reduce((sum, one) => sum + one.packets, 0)).toBe(frames.length);
      expect(summary.first).toHaveLength(Math.min(5, frames.length));
      expect(summary.seconds).toBeCloseTo(Math.max(0, frames.length - 1) / 10, 5);
    }),
  );
});

test('a cable’s packets have the guests’ frames in them', () => {
  const frame = fc.uint8Array({ minLength: 14, maxLength: 100 });
  fc.assert(
    fc.property(frame, fc.constantFrom('l2tpv3' as const, 'ucast' as const), (bytes, by) => {
      const outer = hex(`${macs} 0800 4500 0000 0000 0000 4011 0000 7f000001 7f000001 9c40 9c41 0000 0000`);
      const l2tp = by === 'l2tpv3' ? hex('00030000 00000001') : [];
      const whole = Uint8Array.from([...outer, ...l2tp, ...bytes]);
      expect(innerFrame({ time: 5, length: whole.length, bytes: whole }, by)).toEqual({
        time: 5,
        length: bytes.length,
        bytes,
      });
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const found = innerFrame({ time: 0, length: bytes.length, bytes }, 'l2tpv3');
      expect(found === null || found.bytes.length === bytes.length - 50).toBe(true);
    }),
  );
});

test('of a whole switch a card has what goes from it, to it and to all, each once', () => {
  const at = (to: string, from: string, more: string, time: number) => {
    const bytes = hex(`${to} ${from} 0800 ${more}`);
    return { time, length: bytes.length, bytes };
  };
  const [mine, theirs, third, all] = ['025044000001', '025044000002', '025044000003', 'ffffffffffff'];
  const frames = new CardFrames('02:50:44:00:00:01');
  const wanted = [
    at(mine, theirs, '01', 1),
    at(mine, theirs, '01', 1.0001),
    at(theirs, mine, '02', 1.1),
    at(third, theirs, '03', 1.2),
    at(all, third, '04', 1.3),
    at(all, third, '04', 1.3002),
    // The same again, but later: it was sent twice.
    at(mine, theirs, '01', 2),
  ].map((packet) => frames.isWanted(packet));
  expect(wanted).toEqual([true, false, true, false, true, false, true]);
});
