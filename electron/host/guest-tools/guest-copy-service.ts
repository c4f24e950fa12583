import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, link, open, rename, rm, stat } from 'node:fs/promises';
import type { calls, CallOutput } from '@shared/api/calls.js';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import { encodeUtf8 } from '@shared/text-codec.js';
import { shellText } from '@shared/vms/command-line.js';
import type { z } from 'zod';
import type { Client } from '../api/client.js';
import { exists } from '../platform/files.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import type { GuestTools } from './guest-tools.js';

type CopyInput = z.output<(typeof calls)['guest.read']['input']>;

/** Errors of a guest's programs are quoted up to here. */
const COMPLAINT_MAX = 300;

/** By which exit code a script of ours says what is wrong with a file. */
const faults: Readonly<Record<number, string>> = {
  70: 'there is no such file',
  71: 'it is a folder, and only files can be copied',
  72: 'it is not a plain file',
  73: 'it exists already; say --force to replace it',
  74: 'its folder is not there',
  75: 'what arrived is not what was sent',
};

/** Copies files between this computer and a guest, each under a name of its own until both sides agree on its checksum. */
export class GuestCopyService {
  constructor(private readonly vms: VmService) {}

  /** A file of the guest to a file here. Throws Failure. */
  async read(input: CopyInput, client: Client): Promise<CallOutput<'guest.read'>> {
    const copy = this.begin(input, client);
    const { guestPath, hostPath, replace } = input;
    if (!replace && (await exists(hostPath))) throw failure('copy-exists', { path: hostPath });
    const partial = `${hostPath}.${randomBytes(4).toString('hex')}.partial`;
    const startedAt = performance.now();
    const file = await open(partial, 'wx').catch((error: Error) => {
      throw failure('copy-failed', { path: hostPath, why: systemWords(error) });
    });
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      await copy.run(`${isFile(guestPath)}exec cat < "$f"`, null, async (output) => {
        hash.update(output);
        bytes += output.length;
        await file.writeFile(output).catch((error: Error) => {
          throw failure('copy-failed', { path: hostPath, why: systemWords(error) });
        });
      });
      const sha256 = hash.digest('hex');
      const said = await copy.text(`${isFile(guestPath)}sha256sum < "$f"; stat -c %a "$f"`);
      const [, theirs, mode] = /^([0-9a-f]{64}) [^\n]*\n(?:([0-7]{1,4})\n)?/.exec(said) ?? [];
      if (theirs !== sha256) throw failure('copy-differs', { path: guestPath });
      if (mode !== undefined) await chmod(partial, Number.parseInt(mode, 8) & 0o777);
      await file.sync();
      await (replace ? rename(partial, hostPath) : link(partial, hostPath)).catch(
        (error: NodeJS.ErrnoException) => {
          throw error.code === 'EEXIST'
            ? failure('copy-exists', { path: hostPath })
            : failure('copy-failed', { path: hostPath, why: systemWords(error) });
        },
      );
      return { bytes, sha256, tookMs: performance.now() - startedAt };
    } finally {
      await file.close();
      await rm(partial, { force: true });
    }
  }

  /** A file of this computer into the guest. Throws Failure. */
  async write(input: CopyInput, client: Client): Promise<CallOutput<'guest.write'>> {
    const copy = this.begin(input, client);
    const { guestPath, hostPath, replace } = input;
    const file = await stat(hostPath).catch((error: Error) => {
      throw failure('copy-failed', { path: hostPath, why: systemWords(error) });
    });
    if (!file.isFile())
      throw failure('copy-failed', { path: hostPath, why: faults[file.isDirectory() ? 71 : 72] ?? '' });
    const startedAt = performance.now();
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const piece of createReadStream(hostPath)) {
        hash.update(piece as Buffer);
        bytes += (piece as Buffer).length;
      }
    } catch (error) {
      throw failure('copy-failed', { path: hostPath, why: systemWords(error as Error) });
    }
    const sha256 = hash.digest('hex');
    await copy.run(
      writeScript(guestPath, { sha256, replace, mode: (file.mode & 0o777).toString(8) }),
      createReadStream(hostPath),
      () => {},
    );
    return { bytes, sha256, tookMs: performance.now() - startedAt };
  }

  private begin({ id, guestPath }: CopyInput, client: Client): Copy {
    const vm = this.vms.get(id);
    if (!vm.guestTools?.isReady) throw failure('guest-tools-absent', { name: vm.spec.name });
    if (guestPath.includes('\0')) throw failure('guest-argument', { why: 'there is a NUL in its path' });
    const abort = new AbortController();
    client.whenClosed(() => abort.abort());
    return new Copy(vm, vm.guestTools, guestPath, abort.signal);
  }
}

/** The commands of one copy. */
class Copy {
  constructor(
    private readonly vm: VmRecord,
    private readonly tools: GuestTools,
    private readonly guestPath: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Runs a script of ours to its good end. */
  async run(
    script: string,
    input: AsyncIterable<Uint8Array> | null,
    onOutput: (bytes: Uint8Array) => Promise<void> | void,
  ): Promise<void> {
    let complaint = '';
    const { exitCode } = await this.tools.run({
      script: encodeUtf8(`${script}\n`),
      input,
      onOutput: (stream, bytes) => {
        if (stream === 'output') return onOutput(bytes);
        complaint = (complaint + Buffer.from(bytes).toString()).slice(0, COMPLAINT_MAX);
      },
      timeoutMs: null,
      outputMax: null,
      signal: this.signal,
    });
    if (exitCode !== 0) throw this.fault(exitCode, complaint);
  }

  /** What a script of ours prints. */
  async text(script: string): Promise<string> {
    let text = '';
    await this.run(script, null, (bytes) => {
      text = (text + Buffer.from(bytes).toString('latin1')).slice(0, 4096);
    });
    return text;
  }

  private fault(exitCode: number, complaint: string): Failure {
    const words = complaint
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .replace(/\.$/, '');
    const why = faults[exitCode] ?? (words === '' ? `it failed (${exitCode})` : words);
    return failure('guest-file', { name: this.vm.spec.name, path: this.guestPath, why });
  }
}

/** The beginning of a script that reads a file, which it calls f. */
function isFile(path: string): string {
  return `f=${shellText([path])}
[ -e "$f" ] || exit 70
[ -d "$f" ] && exit 71
[ -f "$f" ] || exit 72
`;
}

function writeScript(path: string, how: { sha256: string; replace: boolean; mode: string }): string {
  const suffix = randomBytes(4).toString('hex');
  return `f=${shellText([path])}
p=$f.${suffix}.partial
[ -d "$f" ] && exit 71
${how.replace ? '' : '[ -e "$f" ] && exit 73'}
[ -d "\${f%/*}/" ] || exit 74
trap 'rm -f "$p"' EXIT
trap 'exit 1' TERM
set -e
cat > "$p"
sum=$(sha256sum < "$p")
[ "\${sum%% *}" = ${how.sha256} ] || exit 75
chmod ${how.mode} "$p"
${how.replace ? 'mv -f "$p" "$f"' : 'ln "$p" "$f"'}`;
}

/** What the system says, as the end of a sentence. */
function systemWords(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'it, or its folder, is not there',
    EACCES: 'it may not be opened',
    EISDIR: 'it is a folder, and only files can be copied',
    ENOTDIR: 'a part of its path is not a folder',
    ENOSPC: 'there is no space left',
    EROFS: 'it is on a file system that may not be written',
  };
  return words[code ?? ''] ?? error.message;
}
