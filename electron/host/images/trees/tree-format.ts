import { Header } from 'tar';

/** Bytes of a file's start that tell what it is. */
export const START_BYTES = 4096;

/** True for the start of a tar: its first header's checksum is right, or it is empty. */
export function looksLikeTar(start: Uint8Array): boolean {
  if (start.length < 512) return false;
  try {
    const header = new Header(Buffer.from(start.subarray(0, 512)));
    return header.cksumValid && !header.nullBlock;
  } catch {
    return false;
  }
}

/** True for the start of a newc cpio. */
export function looksLikeCpio(start: Uint8Array): boolean {
  return /^07070[12]/.test(Buffer.from(start.subarray(0, 6)).toString('latin1'));
}

/** What a tar holds: an OCI layout, what `docker save` wrote, or just files. */
export function layoutOf(names: { has(name: string): boolean }): 'oci' | 'docker-save' | 'tar' {
  if (names.has('oci-layout') && names.has('index.json')) return 'oci';
  return names.has('manifest.json') && !names.has('etc') && !names.has('etc/') && !names.has('bin/')
    ? 'docker-save'
    : 'tar';
}
