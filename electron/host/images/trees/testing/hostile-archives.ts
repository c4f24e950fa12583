import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cpioBytes, paxPart, tarBytes, tarPart, type TarPart } from './tar-bytes.js';

/** Something to be fed to the reader of trees. */
export interface Hostile {
  name: string;
  /** Makes it at a path; `outside` is a folder that it aims at. */
  make: (path: string, outside: string) => void;
  /** `refused`: a Failure must come. `either`: that, or a tree that unpacks harmlessly. */
  expect: 'refused' | 'either';
}

const bytes =
  (content: (outside: string) => Buffer) =>
  (path: string, outside: string): void =>
    writeFileSync(path, content(outside));
const tar = (name: string, expected: Hostile['expect'], parts: (outside: string) => TarPart[]): Hostile => ({
  name,
  expect: expected,
  make: bytes((outside) => tarBytes(...parts(outside))),
});
const file = (name: string | Buffer, body = 'evil'): TarPart => ({ name, body });
const link = (name: string, to: string): TarPart => ({ name, type: '2', link: to });
const hard = (name: string, to: string): TarPart => ({ name, type: '1', link: to });
const folder = (name: string): TarPart => ({ name, type: '5', mode: 0o755 });

const tars: Hostile[] = [
  tar('absolute path', 'either', (outside) => [file(`${outside}/evil`)]),
  tar('many slashes', 'either', (outside) => [file(`////${outside}/evil`)]),
  tar('.. first', 'refused', () => [file('../evil')]),
  tar('.. in the middle', 'refused', () => [file('a/../../evil')]),
  tar('.. last', 'refused', () => [file('a/..')]),
  tar('.. in a prefix', 'refused', () => [{ ...file('evil'), prefix: '../..' }]),
  tar('.. behind an absolute', 'refused', () => [file('/../../evil')]),
  tar('file through an absolute link', 'either', (outside) => [link('door', outside), file('door/evil')]),
  tar('file through a relative link', 'either', () => [link('door', '../../../..'), file('door/evil')]),
  tar('file through a chain of links', 'either', (outside) => [
    link('a', 'b'),
    link('b', 'c'),
    link('c', outside),
    file('a/evil'),
  ]),
  tar('links in a circle', 'refused', () => [link('a', 'b'), link('b', 'a'), file('a/evil')]),
  tar('link replaced by a folder and back', 'either', (outside) => [
    folder('a'),
    file('a/x'),
    link('a', outside),
    file('a/evil'),
    folder('a'),
    file('a/evil2'),
  ]),
  tar('link over a file that is written then', 'either', (outside) => [
    link('x', `${outside}/kept`),
    file('x'),
  ]),
  tar('the root as a link', 'either', (outside) => [link('.', outside), file('evil')]),
  tar('hard link to an absolute path', 'refused', (outside) => [hard('x', `${outside}/kept`), file('x')]),
  tar('hard link by ..', 'refused', () => [hard('x', '../../kept'), file('x')]),
  tar('hard link to a link that leads out', 'refused', (outside) => [
    link('l', `${outside}/kept`),
    hard('x', 'l'),
  ]),
  tar('hard link through a link that leads out', 'refused', (outside) => [
    link('l', outside),
    hard('x', 'l/kept'),
  ]),
  tar('hard link to a folder', 'refused', () => [folder('d'), hard('x', 'd')]),
  tar('hard link to itself', 'refused', () => [hard('x', 'x')]),
  tar('hard link to what comes later', 'refused', () => [hard('x', 'y'), file('y')]),
  tar('hard link whose file becomes a link', 'either', (outside) => [
    file('f', 'mine'),
    hard('x', 'f'),
    link('f', `${outside}/kept`),
  ]),
  tar('device nodes', 'either', () => [
    { name: 'dev/sda', type: '4' },
    { name: 'dev/mem', type: '3' },
    { name: 'pipe', type: '6' },
  ]),
  tar('setuid', 'either', () => [{ ...file('su'), mode: 0o6755 }]),
  tar('a name with a line end', 'either', () => [file('a\nb')]),
  tar('a name that moves the cursor', 'either', () => [file('\u001b[2J\u001b]0;x\u0007')]),
  tar('a name that is an option', 'either', () => [file('--checkpoint-action=exec=sh x')]),
  tar('a name that is no UTF-8', 'refused', () => [file(Buffer.from([0x61, 0xff, 0xfe]))]),
  tar('a part of 300 bytes', 'refused', () => [paxPart({ path: 'x'.repeat(300) }), file('y')]),
  tar('a path of 5000 bytes', 'refused', () => [paxPart({ path: 'x/'.repeat(2500) + 'y' }), file('y')]),
  tar('300 folders deep', 'refused', () => [paxPart({ path: 'd/'.repeat(300) + 'y' }), file('y')]),
  tar('below a file', 'refused', () => [file('a'), file('a/b')]),
  tar('pax path that escapes', 'refused', () => [paxPart({ path: '../../evil' }), file('ok')]),
  tar('pax link that escapes', 'either', (outside) => [
    paxPart({ linkpath: outside }),
    link('a', 'b'),
    file('a/evil'),
  ]),
  tar('pax size that lies', 'refused', () => [paxPart({ size: '999999999999' }), file('x')]),
  tar('pax size below zero', 'either', () => [paxPart({ size: '-1' }), file('x')]),
  tar('global pax path', 'either', () => [paxPart({ path: '../../evil' }, 'g'), file('x')]),
  tar('pax of nonsense', 'either', () => [
    { name: 'p', type: 'x', body: '99999999 path=x\n\0\0' },
    file('x'),
  ]),
  tar('pax sparse', 'refused', () => [
    paxPart({ 'GNU.sparse.major': '1', 'GNU.sparse.name': '../e' }),
    file('x'),
  ]),
  tar('GNU sparse', 'refused', () => [{ ...file('x'), type: 'S' }]),
  tar('long name that escapes', 'refused', () => [
    { name: 'L', type: 'L', body: '../../../evil\0' },
    file('x'),
  ]),
  tar('long link that escapes', 'either', (outside) => [
    { name: 'K', type: 'K', body: `${outside}\0` },
    link('a', 'b'),
    file('a/evil'),
  ]),
  tar('long name of 2 GB', 'refused', () => [
    { name: 'L', type: 'L', sizeField: '17777777777\0' },
    file('x'),
  ]),
  tar('size in base 256 that is huge', 'refused', () => [
    { ...file('x'), sizeField: Buffer.from([0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255]) },
  ]),
  tar('size below zero in base 256', 'either', () => [{ ...file('x'), sizeField: Buffer.alloc(12, 0xff) }]),
  tar('size that is no number', 'either', () => [{ ...file('x'), sizeField: 'zzzzzzzzzzz\0' }]),
  tar('a wrong checksum in the middle', 'refused', () => [file('a'), { ...file('b'), badChecksum: true }]),
  tar('unknown types', 'either', () => [{ ...file('x'), type: 'Z' }, { ...file('y'), type: 'V' }, file('z')]),
  tar('no entries', 'refused', () => []),
  {
    name: 'cut off in a header',
    expect: 'either',
    make: bytes(() => Buffer.concat([tarPart(file('a')), tarPart(file('b')).subarray(0, 300)])),
  },
  {
    name: 'cut off in a file',
    expect: 'refused',
    make: bytes(() => tarPart({ name: 'a', body: 'x'.repeat(5000) }).subarray(0, 2000)),
  },
  { name: 'an empty file', expect: 'refused', make: bytes(() => Buffer.alloc(0)) },
  { name: 'random bytes', expect: 'refused', make: bytes(() => Buffer.from(createHash('sha512').digest())) },
];

const packed: Hostile[] = [
  {
    name: 'gzip of nothing that makes sense',
    expect: 'refused',
    make: bytes(() => gzipSync(Buffer.from('hello'))),
  },
  {
    name: 'gzip cut off',
    expect: 'refused',
    make: bytes(() => gzipSync(tarBytes(file('a', 'x'.repeat(100_000)))).subarray(0, 60)),
  },
  ...(['gzip', 'xz', 'zstd'] as const).map((program): Hostile => ({
    name: `a bomb of ${program}`,
    expect: 'refused',
    // 512 MB of zeros as the one file of a tar, against a limit of 64.
    make: (path) => {
      writeFileSync(`${path}.head`, tarPart({ name: 'big', sizeField: '04000000000\0' }));
      execFileSync('sh', [
        '-c',
        '(cat "$1.head"; head -c 536870912 /dev/zero; head -c 1024 /dev/zero) | "$2" -1 -c > "$1"',
        'sh',
        path,
        program,
      ]);
    },
  })),
];

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** An OCI layout in a folder, of layers that are tars; `change` makes it a lie. */
function oci(
  path: string,
  layers: Buffer[],
  change: (parts: { manifest: Record<string, unknown>; index: Record<string, unknown> }) => void = () => {},
): void {
  mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  const put = (content: Buffer): { digest: string; size: number } => {
    writeFileSync(join(path, 'blobs/sha256', digestOf(content)), content);
    return { digest: `sha256:${digestOf(content)}`, size: content.length };
  };
  const parts = {
    manifest: { layers: layers.map(put) } as Record<string, unknown>,
    index: {} as Record<string, unknown>,
  };
  change(parts);
  const manifest = put(Buffer.from(JSON.stringify(parts.manifest)));
  const index = { manifests: [manifest], ...parts.index };
  writeFileSync(join(path, 'index.json'), JSON.stringify(index));
  writeFileSync(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

const images: Hostile[] = [
  {
    name: 'OCI: a layer that escapes',
    expect: 'either',
    make: (path, outside) => oci(path, [tarBytes(link('a', outside), file('a/evil'))]),
  },
  {
    name: 'OCI: a layer that writes through a link of the one below',
    expect: 'either',
    make: (path, outside) => oci(path, [tarBytes(link('a', outside)), tarBytes(file('a/evil'))]),
  },
  {
    name: 'OCI: whiteout of ..',
    expect: 'refused',
    make: (path) => oci(path, [tarBytes(file('a')), tarBytes(file('.wh...'))]),
  },
  {
    name: 'OCI: a layer that is no tar',
    expect: 'refused',
    make: (path) => oci(path, [Buffer.from('nothing')]),
  },
  {
    name: 'OCI: a digest that is a path',
    expect: 'refused',
    make: (path) =>
      oci(
        path,
        [],
        ({ manifest }) => (manifest['layers'] = [{ digest: 'sha256:../../../../etc/passwd', size: 1 }]),
      ),
  },
  {
    name: 'OCI: a digest of another',
    expect: 'refused',
    make: (path) => {
      const layer = tarBytes(file('a'));
      oci(path, [layer]);
      writeFileSync(join(path, 'blobs/sha256', digestOf(layer)), tarBytes(file('b')));
    },
  },
  {
    name: 'OCI: a part that is missing',
    expect: 'refused',
    make: (path) =>
      oci(
        path,
        [],
        ({ manifest }) => (manifest['layers'] = [{ digest: `sha256:${'0'.repeat(64)}`, size: 1 }]),
      ),
  },
  {
    name: 'OCI: a part that is a link',
    expect: 'refused',
    make: (path, outside) => {
      oci(
        path,
        [],
        ({ manifest }) => (manifest['layers'] = [{ digest: `sha256:${'1'.repeat(64)}`, size: 5 }]),
      );
      symlinkSync(join(outside, 'kept'), join(path, 'blobs/sha256', '1'.repeat(64)));
    },
  },
  {
    name: 'OCI: a manifest of wrong types',
    expect: 'refused',
    make: (path) => oci(path, [], ({ manifest }) => (manifest['layers'] = 'x')),
  },
  {
    name: 'OCI: an index of wrong types',
    expect: 'refused',
    make: (path) => oci(path, [], ({ index }) => (index['manifests'] = {})),
  },
  {
    name: 'OCI: for another processor only',
    expect: 'refused',
    make: (path) =>
      oci(
        path,
        [],
        ({ index }) =>
          (index['manifests'] = [
            { digest: `sha256:${'2'.repeat(64)}`, size: 1, platform: { os: 'linux', architecture: 's390x' } },
          ]),
      ),
  },
  {
    name: 'docker save: a layer’s name that is a path',
    expect: 'refused',
    make: bytes(() =>
      tarBytes(file('manifest.json', JSON.stringify([{ Layers: ['../../../../etc/passwd'] }]))),
    ),
  },
  {
    name: 'docker save: several images',
    expect: 'refused',
    make: bytes(() =>
      tarBytes(file('manifest.json', JSON.stringify([{ Layers: ['a'] }, { Layers: ['b'] }]))),
    ),
  },
];

const cpios: Hostile[] = [
  { name: 'cpio: ..', expect: 'refused', make: bytes(() => cpioBytes([{ name: '../evil', body: 'x' }])) },
  {
    name: 'cpio: through a link',
    expect: 'either',
    make: bytes((outside) =>
      cpioBytes([
        { name: 'a', mode: 0o120777, body: outside },
        { name: 'a/evil', body: 'x' },
      ]),
    ),
  },
  {
    name: 'cpio: a name of 4 GB',
    expect: 'refused',
    make: bytes(() => cpioBytes([{ name: 'a', nameSize: 0xffffffff }])),
  },
  { name: 'cpio: no name', expect: 'refused', make: bytes(() => cpioBytes([{ name: 'a', nameSize: 0 }])) },
  {
    name: 'cpio: a file of 4 GB',
    expect: 'refused',
    make: bytes(() => cpioBytes([{ name: 'a', fileSize: 0xffffffff }])),
  },
  {
    name: 'cpio: cut off',
    expect: 'refused',
    make: bytes(() => cpioBytes([{ name: 'a', body: 'x'.repeat(999) }]).subarray(0, 400)),
  },
  {
    name: 'cpio: without its end',
    expect: 'refused',
    make: bytes(() => cpioBytes([{ name: 'a' }]).subarray(0, 112)),
  },
  {
    name: 'cpio: a bad part in the middle',
    expect: 'refused',
    make: bytes(() => cpioBytes([{ name: 'a' }, { name: 'b', magic: '070707' }])),
  },
];

/** Everything that is fed to `readTree`. */
export const hostileTrees: readonly Hostile[] = [...tars, ...packed, ...images, ...cpios];

const start = (size: number, ...at: [number, Buffer | string][]): Buffer => {
  const disk = Buffer.alloc(size);
  for (const [place, content] of at) disk.set(Buffer.from(content), place);
  return disk;
};

/** Everything that is fed to `importDisk`. */
export const hostileDisks: readonly Hostile[] = [
  {
    name: 'qcow2 on a file of this computer',
    expect: 'refused',
    make: (path, outside) => {
      execFileSync('qemu-img', [
        'create',
        '-q',
        '-f',
        'qcow2',
        '-F',
        'raw',
        '-b',
        join(outside, 'kept'),
        path,
      ]);
    },
  },
  {
    name: 'qcow2 with its data in a file of this computer',
    expect: 'refused',
    make: (path, outside) => {
      execFileSync('qemu-img', [
        'create',
        '-q',
        '-f',
        'qcow2',
        '-o',
        `data_file=${join(outside, 'data')},data_file_raw=on`,
        path,
        '1M',
      ]);
    },
  },
  {
    name: 'qcow2 of 8 EB',
    expect: 'refused',
    make: (path) => {
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '1M']);
      execFileSync('sh', [
        '-c',
        `printf '\\177\\377\\377\\377\\377\\377\\376\\000' | dd of="$1" bs=1 seek=24 conv=notrunc status=none`,
        'sh',
        path,
      ]);
    },
  },
  {
    name: 'vmdk of extents in other files',
    expect: 'refused',
    make: bytes((outside) =>
      Buffer.from(
        `# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 2048 FLAT "${outside}/kept" 0\n`,
      ),
    ),
  },
  {
    name: 'a layer with an alignment of 0',
    expect: 'refused',
    make: bytes(() => start(8192, [0, 'OOOM'], [4, Buffer.from([0, 0, 0, 3])])),
  },
  {
    name: 'luks',
    expect: 'refused',
    make: bytes(() => start(8192, [0, Buffer.from('4c554b53babe', 'hex')])),
  },
  {
    name: 'qcow2 of a header only',
    expect: 'refused',
    make: bytes(() => start(512, [0, Buffer.from('514649fb', 'hex')])),
  },
  {
    name: 'ext of nonsense',
    expect: 'either',
    make: bytes(() =>
      start(
        65_536,
        [1024 + 56, Buffer.from([0x53, 0xef])],
        [1024 + 24, Buffer.from([0xff, 0xff, 0xff, 0xff])],
      ),
    ),
  },
  {
    name: 'partitions outside the disk',
    expect: 'either',
    make: bytes(() =>
      start(
        65_536,
        [446, Buffer.from([0, 0, 0, 0, 0x83, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff])],
        [510, Buffer.from([0x55, 0xaa])],
      ),
    ),
  },
  { name: 'an empty disk', expect: 'refused', make: bytes(() => Buffer.alloc(0)) },
];
