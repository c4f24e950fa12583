import type { DiskReader } from './partition-table.js';

/** Formats that are read, by qemu-img's names. */
export type DiskFormat = 'raw' | 'qcow2' | 'qed' | 'vmdk' | 'vdi' | 'vhdx' | 'vpc' | 'parallels';

/** What a disk is, or why it isn't taken. */
export type FormatVerdict = { ok: true; format: DiskFormat } | { ok: false; format: string; why: string };

const refuse = (format: string, why: string): FormatVerdict => ({ ok: false, format, why });
const ANOTHER = 'it refers to another file, and only whole disks are taken';
const ENCRYPTED = 'it is encrypted';

/**
 * Tells a disk's format by its magic number, never by its name, and refuses what would make qemu-img open another file
 * or ask for a password: a backing file, a data file outside, extents, a parent. Offsets are those of docs/interop in
 * QEMU's source and of its block drivers.
 */
export function diskFormat(read: DiskReader, bytes: number): FormatVerdict {
  const head = read(0, 512);
  const starts = (text: string, at = 0): boolean =>
    latin1(head.subarray(at, at + text.length)) === text && head.length >= at + text.length;
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (starts('QFI\u00fb') && head.length >= 104) return qcow2(data);
  if (starts('QED\0') && head.length >= 64)
    return (data.getUint32(16, true) & 1) === 0 ? { ok: true, format: 'qed' } : refuse('qed', ANOTHER);
  if (starts('KDMV') && head.length >= 77) return vmdk(read, data);
  if (starts('COWD')) return refuse('vmdk', 'it is a VMware 3 disk, which may have parts in other files');
  if (starts('# Disk DescriptorFile')) return refuse('vmdk', ANOTHER);
  if (starts('vhdxfile')) return { ok: true, format: 'vhdx' };
  if (starts('WithoutFreeSpace') || starts('WithouFreSpacExt')) return { ok: true, format: 'parallels' };
  if (starts('LUKS\u00ba\u00be')) return refuse('luks', ENCRYPTED);
  if (starts('OOOM')) return refuse('layer', 'it is a copy-on-write layer; merge it first');
  if (head.length >= 80 && data.getUint32(64, true) === 0xbeda107f)
    return [1, 2].includes(data.getUint32(76, true)) ? { ok: true, format: 'vdi' } : refuse('vdi', ANOTHER);
  if (starts('conectix')) return vpc(head);
  // A fixed VHD is a raw disk with a footer.
  const foot = bytes > 512 ? read(bytes - 512, 512) : new Uint8Array();
  if (latin1(foot.subarray(0, 8)) === 'conectix') return vpc(foot);
  return { ok: true, format: 'raw' };
}

function qcow2(data: DataView): FormatVerdict {
  const version = data.getUint32(4);
  if (version !== 2 && version !== 3) return refuse('qcow2', `its version ${version} is not known`);
  if (data.getBigUint64(8) !== 0n) return refuse('qcow2', ANOTHER);
  if (data.getUint32(32) !== 0) return refuse('qcow2', ENCRYPTED);
  // Incompatible features, from version 3 on: bit 2 is a data file outside.
  if (version === 3 && (data.getUint32(76) & 4) !== 0) return refuse('qcow2', ANOTHER);
  return { ok: true, format: 'qcow2' };
}

/** The sparse header: capacity u64 at 12, descriptor's sector and sectors u64 at 28 and 36. */
function vmdk(read: DiskReader, data: DataView): FormatVerdict {
  // No capacity: all of it stands in the descriptor, extents in other files included.
  if (data.getBigUint64(12, true) === 0n) return refuse('vmdk', ANOTHER);
  const [at, sectors] = [Number(data.getBigUint64(28, true)), Number(data.getBigUint64(36, true))];
  if (at === 0 || at > 2 ** 32 || sectors === 0 || sectors > 2048)
    return refuse('vmdk', 'it has no descriptor');
  const descriptor = latin1(read(at * 512, sectors * 512)).replace(/\0[^]*$/, '');
  const value = (name: string): string =>
    (new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\r\\n]*)`, 'mi').exec(descriptor)?.[1] ?? '').trim();
  if (!['monolithicSparse', 'streamOptimized'].includes(value('createType'))) return refuse('vmdk', ANOTHER);
  if (value('parentCID').toLowerCase() !== 'ffffffff' || /parentFileNameHint/i.test(descriptor))
    return refuse('vmdk', ANOTHER);
  return { ok: true, format: 'vmdk' };
}

/** Type of the disk: u32 at 60 of the footer; 2 fixed, 3 dynamic, 4 differs from a parent. */
function vpc(foot: Uint8Array): FormatVerdict {
  const type = foot.length < 64 ? 0 : new DataView(foot.buffer, foot.byteOffset).getUint32(60);
  return type === 2 || type === 3 ? { ok: true, format: 'vpc' } : refuse('vpc', ANOTHER);
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
