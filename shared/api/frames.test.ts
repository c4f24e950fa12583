import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeAckFrame,
  encodeConsoleFrame,
  encodeFrame,
  FRAME_MAX_BYTES,
  FrameDecoder,
  FrameKind,
  parseAckPayload,
  parseConsolePayload,
} from './frames.js';

const kind = fc.constantFrom(...Object.values(FrameKind));

test('frames come out as they went in, in whatever pieces they travel', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(kind, fc.uint8Array({ maxLength: 300 })), { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (frames, cuts) => {
        const bytes = Uint8Array.from(frames.flatMap(([k, payload]) => [...encodeFrame(k, payload)]));
        const decoder = new FrameDecoder();
        const out: [number, number[]][] = [];
        for (let at = 0; at < bytes.length;) {
          const cut = cuts.next().value as number;
          for (const frame of decoder.push(bytes.subarray(at, at + cut)))
            out.push([frame.kind, [...frame.payload]]);
          at += cut;
        }
        expect(out).toEqual(frames.map(([k, payload]) => [k, [...payload]]));
      },
    ),
  );
});

test('a frame that can’t be is refused at once, before it fills memory', () => {
  const length = (n: number): Uint8Array => {
    const bytes = new Uint8Array(5);
    new DataView(bytes.buffer).setUint32(0, n, true);
    return bytes;
  };
  expect(() => new FrameDecoder().push(length(0))).toThrow(RangeError);
  expect(() => new FrameDecoder().push(length(FRAME_MAX_BYTES + 1))).toThrow(RangeError);
  expect(() => new FrameDecoder().push(length(0xffffffff))).toThrow(RangeError);
});

test('console frames and acknowledgements carry their stream', () => {
  const [frame] = new FrameDecoder().push(
    encodeConsoleFrame(FrameKind.consoleInput, 7, Uint8Array.of(1, 2, 3)),
  );
  expect(parseConsolePayload(frame?.payload ?? new Uint8Array())).toEqual({
    streamId: 7,
    bytes: Uint8Array.of(1, 2, 3),
  });
  const [ack] = new FrameDecoder().push(encodeAckFrame(9, 65536));
  expect(parseAckPayload(ack?.payload ?? new Uint8Array())).toEqual({ streamId: 9, count: 65536 });
  expect(parseConsolePayload(new Uint8Array(3))).toBeNull();
  expect(parseAckPayload(new Uint8Array(7))).toBeNull();
});
