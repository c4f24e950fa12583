import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  changedSectors,
  COW_HEADER_SIZE,
  cowLayout,
  encodeCowHeader,
  parseCowHeader,
  startsAsCow,
} from './cow-header.js';

const path = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
  .filter((text) => !text.includes('\0'))
  .map((text) => `/${text}`);
const size = fc.integer({ min: 1, max: 2 ** 33 }).map((sectors) => sectors * 512);

test('what is written is read again', () => {
  fc.assert(
    fc.property(path, size, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (backing, sizeBytes, mtimeSeconds) => {
      const layout = cowLayout(sizeBytes);
      const result = parseCowHeader(
        encodeCowHeader({ path: backing, mtimeSeconds, sizeBytes }),
        layout.dataOffset + sizeBytes,
      );
      expect(result).toEqual({
        ok: true,
        header: {
          backingMtimeSeconds: mtimeSeconds,
          backingSizeBytes: sizeBytes,
          backingPath: backing,
          ...layout,
        },
      });
    }),
  );
});

test('where things are, as the kernel has it', () => {
  // facts/images-and-cow B6
  expect(cowLayout(8 * 2 ** 20)).toEqual({ bitmapOffset: 8192, bitmapBytes: 2048, dataOffset: 12288 });
  expect(cowLayout(2 ** 30).dataOffset).toBe(270336);
  expect(cowLayout(8 * 2 ** 30).dataOffset).toBe(2105344);
});

test('no bytes whatever make it throw, and random ones are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: COW_HEADER_SIZE + 10 }), fc.nat(), (bytes, fileSize) => {
      const result = parseCowHeader(bytes, fileSize);
      if (!startsAsCow(bytes)) expect(result.ok).toBe(false);
    }),
  );
});

test('a header with one field spoilt is refused with a reason or read as what it says', () => {
  const good = encodeCowHeader({ path: '/base', mtimeSeconds: 1, sizeBytes: 2 ** 20 });
  const spoilt = (offset: number, value: number): ReturnType<typeof parseCowHeader> => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setUint32(offset, value);
    return parseCowHeader(bytes, 2 ** 21);
  };
  expect(spoilt(0, 0)).toMatchObject({ ok: false });
  for (const version of [0, 1, 2, 4]) expect(spoilt(4, version)).toMatchObject({ ok: false });
  expect(spoilt(20, 0)).toMatchObject({ ok: false });
  // UML and uml_moo crash on this one.
  expect(spoilt(24, 0)).toMatchObject({
    ok: false,
    why: expect.stringContaining('alignment is 0') as string,
  });
  expect(spoilt(24, 3)).toMatchObject({ ok: false });
  expect(spoilt(28, 1)).toMatchObject({ ok: false });
  expect(spoilt(32, 0)).toMatchObject({ ok: false });
  expect(spoilt(16, 0)).toMatchObject({ ok: false });
  expect(spoilt(12, 0xffffffff)).toMatchObject({ ok: false });
  expect(parseCowHeader(good.subarray(0, 100), 100)).toMatchObject({ ok: false });
  expect(parseCowHeader(new Uint8Array(), 0)).toMatchObject({ ok: false, why: 'the file is empty' });
  expect(parseCowHeader(good, COW_HEADER_SIZE)).toMatchObject({ ok: false });
});

test('the bitmap count is the number of ones', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const ones = [...bytes].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      expect(changedSectors(bytes)).toBe(ones);
    }),
  );
});
