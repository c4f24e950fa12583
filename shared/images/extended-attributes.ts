/** Extended attributes of a file (xattr(7)): name to value. */
export type Attributes = ReadonlyMap<string, Uint8Array>;

/** How pax archives of GNU tar's, docker's and OCI's spell them (tar(5) of libarchive, OCI image spec layer.md). */
const PREFIX = 'SCHILY.xattr.';
const CAPABILITY = 'security.capability';
/** All of a file's: they must fit a block of an ext4 that keeps none in inodes of their own. */
const BYTES_MAX = 2048;

/** Names longer than the kernel's (255 bytes) and the word before them are none. */
const KEY_MAX = 300;

/** Bytes as characters of the same numbers: what is compared with them is ASCII. */
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** The extended attributes in the body of a pax header: records of `LENGTH KEY=VALUE\n` (pax(1)). What is no record ends them. */
export function paxAttributes(body: Uint8Array): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    if (space < 0 || space - at > 7) break;
    const length = Number(textOf(body.subarray(at, space)));
    const end = at + length;
    if (!Number.isInteger(length) || end <= space || end > body.length) break;
    const equals = body.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) break;
    const key = textOf(body.subarray(space + 1, Math.min(equals, space + KEY_MAX)));
    if (key.startsWith(PREFIX)) found.set(key.slice(PREFIX.length), body.slice(equals + 1, end - 1));
    at = end;
  }
  return found;
}

/** Those records, for a pax header. */
export function paxRecords(attributes: Attributes): Uint8Array {
  const records = [...attributes].map(([name, value]) => {
    const key = bytesOf(` ${PREFIX}${name}=`);
    const rest = key.length + value.length + 1;
    // The length counts its own digits.
    let length = rest + 1;
    while (String(length).length + rest !== length) length = String(length).length + rest;
    return [bytesOf(String(length)), key, value, bytesOf('\n')];
  });
  const parts = records.flat();
  const body = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/**
 * What of them an image keeps: capabilities of files, and what users noted down themselves. The rest is for a system
 * that isn't there, such as the labels of another SELinux. `left`: the names of what is not kept.
 */
export function keptAttributes(
  kind: string,
  all: Attributes,
): { kept: Attributes | undefined; left: string[] } {
  const kept = new Map<string, Uint8Array>();
  const left: string[] = [];
  let bytes = 0;
  for (const [name, value] of all) {
    const size = name.length + value.length;
    const isKept =
      bytes + size <= BYTES_MAX &&
      ((name === CAPABILITY && kind === 'file' && isCapability(value)) ||
        // Only what needs no quotes in any program that takes it.
        (/^user\.[A-Za-z0-9_.:@+-]{1,200}$/.test(name) && (kind === 'file' || kind === 'folder')));
    if (!isKept) left.push(name);
    else {
      kept.set(name, value);
      bytes += size;
    }
  }
  return { kept: kept.size > 0 ? kept : undefined, left };
}

/** True for a vfs_cap_data of one of its three revisions (linux/capability.h). */
function isCapability(value: Uint8Array): boolean {
  const revision = value[3];
  return value.length === { 1: 12, 2: 20, 3: 24 }[revision ?? 0];
}
