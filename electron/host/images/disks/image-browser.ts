import { failure, Failure } from '@shared/errors/paddock-error.js';
import { imageEntrySchema, type ImageEntry } from '@shared/api/image-calls.js';
import { kindOfMode } from '@shared/images/debugfs-output.js';
import type { Image } from '@shared/images/image.js';
import { RESOLVE_SCRIPT, whyOfScript } from '@shared/images/resolve-script.js';
import { shellText } from '@shared/vms/command-line.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { writeNewFile } from '../../platform/new-file.js';
import type { ImageUses } from '../image-uses.js';
import { isExt, type DiskPart } from './disk-parts.js';
import { ExtBrowser } from './ext-browser.js';
import { withPlainPath } from './ext-tools.js';
import { checkKnown } from './filesystem-work.js';
import { rootPart } from './find-root.js';
import { runHelper } from './helper-uml.js';
import { checkReadable } from './image-work.js';
import { checkRoom } from './import-disk.js';

const LIST_LIMIT_MS = 60_000;
const READ_LIMIT_MS = 3600_000;
/** A disk that a helper writes a file to has whole sectors. */
const SECTOR = 512;
const LISTS_KEPT = 50;

/** Looks into the file systems of images. */
export class ImageBrowser {
  /** What helpers listed, as long as the image is the same: one takes a second and a half. */
  private readonly listed = new Map<string, ImageEntry[]>();

  constructor(
    private readonly uses: ImageUses,
    private readonly kernels: KernelService,
  ) {}

  /** What is in a folder. Throws Failure: image-busy, image-unfit. */
  async browse(id: string, path: string): Promise<ImageEntry[]> {
    const { image, part, stamp } = await this.begin(id, path);
    if (isExt(part.filesystem))
      return withPlainPath(image.path, (plain) => new ExtBrowser(plain, part, image.name).list(path));
    const key = `${image.id} ${stamp} ${path}`;
    const known = this.listed.get(key);
    if (known) return known;
    const said = await this.inHelper(image, part, [
      `resolve ${shellText([path])}; [ -d "/mnt$r" ] || die ${shellText([`${path} is not a folder or not there`])}`,
      // As base64, so that names with line ends stay whole on the way.
      `cd "/mnt$r/"; find . -mindepth 1 -maxdepth 1 -printf '%m/%y/%U/%G/%s/%f\\0%l\\0' | base64`,
    ]);
    const entries = parseFound(Buffer.from(said, 'base64').toString('utf8'));
    this.listed.set(key, entries);
    for (const oldest of [...this.listed.keys()].slice(0, -LISTS_KEPT)) this.listed.delete(oldest);
    return entries;
  }

  /** Copies a file out. Throws Failure: image-busy, image-unfit, export-exists, export-failed. */
  async readFile(id: string, path: string, to: string): Promise<{ path: string; bytes: number }> {
    const { image, part } = await this.begin(id, path);
    if (isExt(part.filesystem))
      return withPlainPath(image.path, async (plain) => {
        const browser = new ExtBrowser(plain, part, image.name);
        const file = await browser.file(path);
        return writeNewFile(to, async (target) => {
          await checkRoom(to, file.bytes);
          await browser.read(file, target);
        });
      });
    return writeNewFile(to, async (target) => {
      // As large as any file in it that isn't mostly holes; cut to its size when that is known.
      await target.truncate(part.bytes - (part.bytes % SECTOR));
      const said = await this.inHelper(
        image,
        part,
        [
          `resolve ${shellText([path])}; [ -f "/mnt$r" ] || die ${shellText([`${path} is not a plain file or not there`])}`,
          `s=$(stat -c %s "/mnt$r"); [ $s -lt ${part.bytes} ] || die ${shellText([`${path} is larger than its disk`])}`,
          // A full disk of this computer shows at the end.
          'dd if="/mnt$r" of=/dev/ubdc bs=1M conv=fsync status=none; echo $s',
        ],
        // UML opens it by a path; its name is not its own yet.
        `/proc/${process.pid}/fd/${target.fd}`,
      );
      await target.truncate(Number(said));
    });
  }

  private async begin(id: string, path: string): Promise<{ image: Image; part: DiskPart; stamp: string }> {
    const image = this.uses.get(id);
    if (!path.startsWith('/') || path.includes('\0'))
      throw failure('argument-invalid', { what: 'Path', why: 'it must start with /' });
    const stamp = await checkReadable(this.uses, image);
    const part = await rootPart(image, this.kernels);
    checkKnown({ name: image.name, part });
    return { image, part, stamp };
  }

  private async inHelper(
    image: Image,
    { partition, filesystem }: DiskPart,
    steps: readonly string[],
    target?: string,
  ): Promise<string> {
    const type = filesystem === 'btrfs' ? 'btrfs' : 'xfs';
    const device = `/dev/ubdb${partition ?? ''}`;
    // Read-only to the disk, too: a log that waits to be replayed stays there.
    const options = type === 'xfs' ? 'ro,norecovery' : 'ro,rescue=nologreplay';
    try {
      return await runHelper({
        name: image.name,
        kernels: this.kernels,
        script: ['set -e', RESOLVE_SCRIPT, `mount -t ${type} -o ${options} ${device} /mnt`, ...steps].join(
          '\n',
        ),
        disks: [
          { path: image.path, readOnly: true },
          ...(target === undefined ? [] : [{ path: target, readOnly: false }]),
        ],
        filesystems: [type],
        timeoutMs: target === undefined ? LIST_LIMIT_MS : READ_LIMIT_MS,
      });
    } catch (error) {
      if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
      const why = whyOfScript(error.error.detail?.lastLines ?? []);
      throw why === null ? error : failure('image-unfit', { name: image.name, why });
    }
  }
}

/** What find(1) printed: mode, kind, owner, size and name, then where a link leads, each ended by a NUL. */
function parseFound(said: string): ImageEntry[] {
  const words = said.split('\0');
  const entries: ImageEntry[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [mode = '', kind = '', uid = '', gid = '', bytes = '', name = ''] = (words[at] ?? '').split('/');
    const entry = imageEntrySchema.safeParse({
      name,
      kind: kindOfMode({ f: 0o100000, d: 0o040000, l: 0o120000 }[kind] ?? 0),
      bytes: Number(bytes),
      mode: Number.parseInt(mode, 8),
      uid: Number(uid),
      gid: Number(gid),
      target: words[at + 1] ?? '',
    });
    if (entry.success) entries.push(entry.data);
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
