import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  COW_HEADER_SIZE,
  cowLayout,
  encodeCowHeader,
  parseCowHeader,
  pathPatch,
  startsAsCow,
  type CowVersion,
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
          version: 3,
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
  // Read as the broken layout, in which the rest makes no sense.
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

/** Headers of the old layouts, written down from the C structures; there is nothing left that writes them. */
function oldHeader(
  version: CowVersion,
  base: { path: string; mtimeSeconds: number; sizeBytes: number },
  isSwapped = false,
): Uint8Array {
  const bytes = new Uint8Array(COW_HEADER_SIZE);
  const data = new DataView(bytes.buffer);
  const name = new TextEncoder().encode(base.path);
  data.setUint32(0, 0x4f4f4f4d, isSwapped);
  data.setUint32(4, version === '3-broken' ? 3 : version, isSwapped);
  if (version === 1 || version === 2) {
    const after = 8 + (version === 1 ? 256 : 4096);
    bytes.set(name, 8);
    data.setUint32(after, base.mtimeSeconds, isSwapped);
    data.setBigUint64(after + 4, BigInt(base.sizeBytes), isSwapped);
    data.setUint32(after + 12, 512, isSwapped);
    return bytes.subarray(0, after + 16);
  }
  data.setBigInt64(8, BigInt(base.mtimeSeconds));
  data.setBigUint64(16, BigInt(base.sizeBytes));
  data.setUint32(24, 512);
  data.setUint32(28, 4096);
  bytes.set(name, 36);
  return bytes;
}

test.each([
  ['version 1 of a big-endian machine', 1, false, { bitmapOffset: 280, bitmapBytes: 256, dataOffset: 1024 }],
  ['version 1 of this machine', 1, true, { bitmapOffset: 280, bitmapBytes: 256, dataOffset: 1024 }],
  ['version 2', 2, false, { bitmapOffset: 4120, bitmapBytes: 256, dataOffset: 4608 }],
  [
    'the broken 64-bit layout',
    '3-broken',
    false,
    { bitmapOffset: 8192, bitmapBytes: 256, dataOffset: 12288 },
  ],
] as const)('%s is read', (_name, version, isSwapped, layout) => {
  const base = { path: '/old/base', mtimeSeconds: 1_100_000_000, sizeBytes: 2 ** 20 };
  const bytes = oldHeader(version, base, isSwapped);
  expect(parseCowHeader(bytes, layout.dataOffset + base.sizeBytes)).toEqual({
    ok: true,
    header: {
      version,
      backingPath: '/old/base',
      backingMtimeSeconds: 1_100_000_000,
      backingSizeBytes: 2 ** 20,
      ...layout,
    },
  });
  expect(parseCowHeader(bytes.subarray(0, bytes.length - 1), bytes.length - 1)).toMatchObject({ ok: false });
  // Its bitmap would be too short for the last sectors.
  if (version === 1 || version === 2)
    expect(
      parseCowHeader(oldHeader(version, { ...base, sizeBytes: 2 ** 20 + 512 }, isSwapped), 2 ** 22),
    ).toMatchObject({
      ok: false,
    });
});

test('another path is written over the old one, nothing else changes, and it is read again', () => {
  fc.assert(
    fc.property(
      path,
      path,
      size,
      fc.constantFrom<CowVersion[]>(2, 3, '3-broken'),
      (from, to, sizeBytes, version) => {
        const base = { path: from, mtimeSeconds: 7, sizeBytes: sizeBytes * 8 };
        const bytes = version === 3 ? encodeCowHeader(base) : oldHeader(version, base);
        const patch = pathPatch(version, to);
        const after = bytes.slice();
        after.set(patch.bytes, patch.offset);
        const fileSize = 2 ** 40;
        const [was, is] = [parseCowHeader(bytes, fileSize), parseCowHeader(after, fileSize)];
        expect(was.ok && is.ok && is.header).toEqual(was.ok && { ...was.header, backingPath: to });
      },
    ),
  );
  expect(() => pathPatch(1, `/${'x'.repeat(255)}`)).toThrow(RangeError);
  expect(() => pathPatch(3, '')).toThrow(RangeError);
});
