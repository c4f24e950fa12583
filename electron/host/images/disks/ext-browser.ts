import type { FileHandle } from 'node:fs/promises';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import type { ImageEntry } from '@shared/api/image-calls.js';
import { fastLinkTarget, parseDebugfsList, type ExtEntry } from '@shared/images/debugfs-output.js';
import { runProgram } from '../../platform/run-program.js';
import type { DiskPart } from './disk-parts.js';
import { extName } from './ext-tools.js';

const ASK_LIMIT_MS = 30_000;
const READ_LIMIT_MS = 3600_000;
const LIST_MAX = 64 * 1024 * 1024;
/** As many as a kernel follows (path_resolution(7)). */
const HOPS_MAX = 40;
/** Of a folder with more links the rest show no target. */
const TARGETS_MAX = 500;

/**
 * Looks into an ext file system with debugfs, without mounting it. Names never stand in a command of debugfs, whose
 * quoting has holes: it is asked by inode numbers only, and links are followed here, inside the image.
 */
export class ExtBrowser {
  constructor(
    private readonly plain: string,
    private readonly part: DiskPart,
    /** As a person named the image, for errors. */
    private readonly name: string,
  ) {}

  /** What is in a folder. */
  async list(path: string): Promise<ImageEntry[]> {
    const found = await this.find(path, true);
    if (found.kind !== 'folder') throw this.refuse(path, 'is not a folder');
    const entries = await this.entries(found.inode);
    const result: ImageEntry[] = [];
    let links = 0;
    for (const { inode, ...entry } of entries) {
      if (entry.name === '.' || entry.name === '..') continue;
      const isTold = entry.kind === 'link' && (links += 1) <= TARGETS_MAX;
      result.push({ ...entry, target: isTold ? await this.target(inode) : '' });
    }
    return result.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The file of a path, links followed. */
  async file(path: string): Promise<ExtEntry> {
    const found = await this.find(path, true);
    if (found.kind !== 'file')
      throw this.refuse(path, found.kind === 'folder' ? 'is a folder' : 'is no plain file');
    return found;
  }

  /** Writes a file's content. */
  async read({ inode }: ExtEntry, to: FileHandle, signal?: AbortSignal): Promise<void> {
    await runProgram(['debugfs', '-R', `cat <${inode}>`, extName(this.plain, this.part)], {
      timeoutMs: READ_LIMIT_MS,
      outputFd: to.fd,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  private async find(path: string, followLast: boolean): Promise<ExtEntry> {
    const root: ExtEntry = { name: '/', inode: 2, kind: 'folder', bytes: 0, mode: 0o755, uid: 0, gid: 0 };
    const way = [root];
    const rest = path.split('/');
    for (let hops = 0; rest.length > 0;) {
      const part = rest.shift() ?? '';
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (way.length > 1) way.pop();
        continue;
      }
      const folder = way.at(-1) ?? root;
      if (folder.kind !== 'folder') throw this.refuse(path, 'is not there');
      const next = (await this.entries(folder.inode)).find(({ name }) => name === part);
      if (!next) throw this.refuse(path, 'is not there');
      if (next.kind !== 'link' || (!followLast && rest.every((other) => other === ''))) {
        way.push(next);
        continue;
      }
      hops += 1;
      if (hops > HOPS_MAX) throw this.refuse(path, 'is a link that goes round in circles');
      const target = await this.target(next.inode);
      if (target.startsWith('/')) way.splice(1);
      rest.unshift(...target.split('/'));
    }
    return way.at(-1) ?? root;
  }

  private async entries(inode: number): Promise<ExtEntry[]> {
    try {
      return parseDebugfsList(await this.ask(`ls -p <${inode}>`));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw failure('image-damaged', { name: this.name, why: 'a folder in it can’t be read' });
    }
  }

  private async target(inode: number): Promise<string> {
    return fastLinkTarget(await this.ask(`stat <${inode}>`)) ?? (await this.ask(`cat <${inode}>`));
  }

  private async ask(request: string): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    await runProgram(['debugfs', '-R', request, extName(this.plain, this.part)], {
      timeoutMs: ASK_LIMIT_MS,
      onOutput: (bytes) => {
        size += bytes.length;
        if (size > LIST_MAX)
          throw failure('image-damaged', { name: this.name, why: 'a folder in it is too large to be shown' });
        pieces.push(bytes);
      },
    });
    return Buffer.concat(pieces).toString('utf8');
  }

  private refuse(path: string, why: string): Failure {
    return failure('image-unfit', { name: this.name, why: `${path} ${why}` });
  }
}
