import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inspectSource } from '../inspect-source.js';
import { readTree } from './read-tree.js';
import type { TreeEdits } from './tree.js';

vi.setConfig({ testTimeout: 60_000 });

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'paddock-tree-'));
  mkdirSync(join(home, 'work'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A shell in the test's folder. */
const sh = (script: string): string => execFileSync('bash', ['-ec', script], { cwd: home, encoding: 'utf8' });
/** Makes a root file system of everything that there is, with owners, as a tar of GNU tar's: `whole.tar`. */
const makeTree = (): void =>
  void sh(`fakeroot -- bash -ec '
    mkdir -p t/etc t/usr/bin t/dev t/var t/deep; ln -s usr/bin t/bin
    echo root:x:0:0 > t/etc/passwd; chmod 4755 t/etc/passwd; chown 5:7 t/etc/passwd
    printf secret > t/etc/shadow; chmod 000 t/etc/shadow; chown 0:42 t/etc/shadow
    head -c 300000 /dev/urandom > t/usr/bin/big; ln t/usr/bin/big t/usr/bin/same; touch t/empty
    mknod t/dev/null c 1 3; mknod t/dev/sda b 8 0; mkfifo t/dev/pipe
    ln -s /etc/passwd t/absolute; ln -s ../../../../out t/up; ln -s nowhere t/broken
    echo x > "t/a name with spaces, \\"quotes\\" and ünïcode"; mkdir -m 500 t/var/closed; echo y > t/var/closed/y
    long=$(printf "%0100d" 1); mkdir -p t/deep/$long/$long; echo z > t/deep/$long/$long/$(printf "%0200d" 2)
    chown -R 1000:1000 t/deep; touch -d @1000000000 t/etc/passwd
    tar -C t -cf whole.tar . ; tar -C t --format=pax -cf pax.tar . ; tar -C t --format=gnu -cf gnu.tar etc usr bin dev var deep empty absolute up broken "a name with spaces, \\"quotes\\" and ünïcode"
  '`);
/** What is in a tar, as GNU tar unpacks it: names, kinds, modes, owners, sizes, links, and checksums of contents. */
const listed = (tar: string): string =>
  sh(`rm -rf un; mkdir un; fakeroot -- bash -ec '
    tar -C un --numeric-owner -xpf "${tar}"
    cd un; find . -mindepth 1 -printf "%P %y %m %U:%G %n %l\\n" | sort
    find . -type f -links 1 -perm -u+r -exec sha256sum {} + | sort -k2'; chmod -R u+rwX un; rm -rf un`);

async function clean(source: string, edits: TreeEdits = { put: [], remove: [] }): Promise<string> {
  rmSync(join(home, 'work'), { recursive: true, force: true });
  mkdirSync(join(home, 'work'));
  const tree = await readTree(join(home, source), { workDir: join(home, 'work'), bytesMax: 1e9 });
  try {
    await tree.write(createWriteStream(join(home, 'clean.tar')), edits);
  } finally {
    await tree.close();
  }
  return listed('clean.tar');
}

test('tars of every format and packing come out as GNU tar has them', async () => {
  makeTree();
  const expected = listed('whole.tar');
  expect(expected).toContain('etc/passwd f 4755 5:7');
  sh('gzip -k whole.tar; xz -0 -k whole.tar; zstd -q -k whole.tar; bzip2 -k whole.tar');
  for (const source of [
    'whole.tar',
    'pax.tar',
    'gnu.tar',
    'whole.tar.gz',
    'whole.tar.xz',
    'whole.tar.zst',
    'whole.tar.bz2',
  ]) {
    expect(await inspectSource(join(home, source)), source).toMatchObject({ kind: 'tree', why: null });
    expect(await clean(source), source).toBe(expected);
  }
});

test('edits: links are replaced, not followed; links in a path are followed inside', async () => {
  makeTree();
  writeFileSync(join(home, 'own'), 'from here');
  const said = await clean('whole.tar', {
    put: [
      { kind: 'file', path: 'absolute', mode: 0o600, uid: 3, gid: 4, text: 'new' },
      { kind: 'copy', path: 'bin/tool', mode: 0o755, uid: 0, gid: 0, from: join(home, 'own') },
      { kind: 'link', path: 'etc/passwd', target: '/x' },
      { kind: 'folder', path: 'deep', mode: 0o700, uid: 9, gid: 9 },
      { kind: 'folder', path: 'new/one', mode: 0o711, uid: 0, gid: 0 },
    ],
    remove: ['var', 'empty'],
  });
  for (const line of [
    'absolute f 600 3:4 1 ',
    'usr/bin/tool f 755 0:0 1 ',
    'etc/passwd l 777 0:0 1 /x',
    'deep d 755 1000:1000',
    'new/one d 711 0:0',
  ])
    expect(said).toContain(line);
  expect(said).not.toMatch(/^(var|empty)/m);
});

test('an initramfs, plain and packed, with files of two names', async () => {
  makeTree();
  sh(
    `fakeroot -- bash -ec 'rm -rf c; mkdir c; tar -C c --numeric-owner -xpf whole.tar; cd c; find . | cpio -o -H newc --quiet > ../ram.cpio'; chmod -R u+rwX c; rm -rf c; gzip -k ram.cpio`,
  );
  const expected = listed('whole.tar');
  for (const source of ['ram.cpio', 'ram.cpio.gz']) {
    const said = await clean(source);
    // cpio keeps whole seconds and no more; which of two names has the content is its own choice.
    expect(said, source).toBe(expected);
  }
});

test('layers: an OCI layout as a folder and as a tar, and what docker save writes', async () => {
  sh(`mkdir -p l1/etc l1/dir l2/dir l3
    echo one > l1/etc/one; echo gone > l1/etc/gone; echo old > l1/dir/old
    echo two > l1/etc/two; mkdir l2/etc; echo second > l2/etc/two; touch l2/etc/.wh.gone l2/dir/.wh..wh..opq; echo new > l2/dir/new
    ln -s /etc l3/link
    for n in 1 2 3; do tar -C l$n --owner=0 --group=0 -cf l$n.tar .; done
    gzip -c l1.tar > l1.blob; zstd -qc l2.tar > l2.blob; cp l3.tar l3.blob; mkdir -p oci/blobs/sha256`);
  const put = (content: Buffer): { digest: string; size: number } => {
    const sum = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(home, 'oci/blobs/sha256', sum), content);
    return { digest: `sha256:${sum}`, size: content.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const layers = [1, 2, 3].map((n) => put(readFileSync(join(home, `l${n}.blob`))));
  const other = put(json({ layers: [] }));
  const nested = put(
    json({
      manifests: [
        { ...other, platform: { os: 'linux', architecture: 's390x' } },
        { ...put(json({ layers })), platform: { os: 'linux', architecture: 'amd64' } },
      ],
    }),
  );
  writeFileSync(join(home, 'oci/index.json'), json({ manifests: [nested] }));
  writeFileSync(join(home, 'oci/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  sh(`tar -C oci -cf oci.tar .; mkdir saved; for n in 1 2 3; do cp l$n.tar saved/layer$n.tar; done`);
  writeFileSync(
    join(home, 'saved/manifest.json'),
    json([{ Config: 'x', Layers: ['layer1.tar', 'layer2.tar', 'layer3.tar'] }]),
  );
  sh('tar -C saved -cf saved.tar manifest.json layer1.tar layer2.tar layer3.tar');
  for (const [source, format] of [
    ['oci', 'oci'],
    ['oci.tar', 'oci'],
    ['saved.tar', 'docker-save'],
  ] as const) {
    expect(await inspectSource(join(home, source)), source).toMatchObject({ kind: 'tree', format });
    const names = (await clean(source))
      .split('\n')
      .filter((line) => / [fdl] \d+ /.test(line))
      .map((line) => line.split(' ')[0]);
    expect(names, source).toEqual(['dir', 'dir/new', 'etc', 'etc/one', 'etc/two', 'link']);
    const tree = await readTree(join(home, source), { workDir: join(home, 'work'), bytesMax: 1e6 });
    expect(await tree.text('link/two')).toBe('second\n');
    await tree.close();
  }
});
