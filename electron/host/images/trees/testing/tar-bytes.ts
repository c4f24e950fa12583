/** A header of a tar and what is to follow it; every field can lie. */
export interface TarPart {
  name: string | Buffer;
  type?: string;
  mode?: number;
  link?: string;
  body?: Buffer | string;
  /** The size field as text, in the place of the true one. */
  sizeField?: Buffer | string;
  badChecksum?: boolean;
  prefix?: string;
}

/** The bytes of one entry, with lies as they are asked for. */
export function tarPart({
  name,
  type = '0',
  mode = 0o644,
  link = '',
  body = '',
  sizeField,
  badChecksum = false,
  prefix = '',
}: TarPart): Buffer {
  const content = Buffer.from(body);
  const header = Buffer.alloc(512);
  header.set(Buffer.from(name).subarray(0, 100), 0);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  const size = sizeField ?? `${content.length.toString(8).padStart(11, '0')}\0`;
  header.set(Buffer.from(size).subarray(0, 12), 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.set(Buffer.from(link).subarray(0, 100), 157);
  header.write('ustar\u000000', 257);
  header.write('0000000\0', 329);
  header.write('0000000\0', 337);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0) + (badChecksum ? 1 : 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding]);
}

/** A whole archive of such entries. */
export function tarBytes(...parts: TarPart[]): Buffer {
  return Buffer.concat([...parts.map(tarPart), Buffer.alloc(1024)]);
}

/** A pax header that says these things of the next entry. */
export function paxPart(fields: Readonly<Record<string, string>>, type = 'x'): TarPart {
  const records = Object.entries(fields).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (Buffer.byteLength(`${length}${rest}`) !== length) length += 1;
    return `${length}${rest}`;
  });
  return { name: 'PaxHeader', type, body: records.join('') };
}

/** A newc cpio of entries; sizes can lie. */
export function cpioBytes(
  entries: readonly {
    name: string;
    mode?: number;
    body?: string;
    nameSize?: number;
    fileSize?: number;
    magic?: string;
  }[],
): Buffer {
  const part = ({
    name,
    mode = 0o100644,
    body = '',
    nameSize,
    fileSize,
    magic = '070701',
  }: (typeof entries)[number]): Buffer => {
    const text = Buffer.from(`${name}\0`);
    const content = Buffer.from(body);
    const fields = [1, mode, 0, 0, 1, 0, fileSize ?? content.length, 0, 0, 0, 0, nameSize ?? text.length, 0];
    const head = Buffer.concat([
      Buffer.from(magic + fields.map((field) => field.toString(16).padStart(8, '0')).join('')),
      text,
    ]);
    const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    return Buffer.concat([pad(head), pad(content)]);
  };
  return Buffer.concat([...entries.map(part), part({ name: 'TRAILER!!!' })]);
}
