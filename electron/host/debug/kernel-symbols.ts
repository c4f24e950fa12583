import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { KernelSymbols } from '@shared/api/debug-calls.js';
import type { SymbolKind } from '@shared/debug/debug-tool.js';
import { readKallsyms } from '@shared/debug/kallsyms.js';
import { parseSourceLines, type SourceLine } from '@shared/debug/source-line.js';
import { symbolFile } from '@shared/debug/symbol-file.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { ElfFacts } from '@shared/programs/elf.js';
import { elfFacts, readElfFile } from '../platform/elf-file.js';
import { readJson, statOrNull, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { runProgram } from '../platform/run-program.js';

/** addr2line reads all line tables of a kernel with debug info, which can be 500 MB. */
const ADDR2LINE_LIMIT_MS = 60_000;
/** A stripped kernel is far smaller. */
const KERNEL_BYTES_MAX = 128 * 1024 * 1024;
/** The kernel build puts it beside vmlinux (scripts/gdb). */
const SCRIPTS = 'vmlinux-gdb.py';

const givenSchema = z.record(z.string(), z.strictObject({ path: z.string(), trustScripts: z.boolean() }));
type Given = z.infer<typeof givenSchema>;

/** Where each kernel's symbols are: in the kernel itself, or in a file that somebody gave for it. */
export class KernelSymbolsService {
  private given: Given = {};

  private readonly made = new Map<string, Promise<string | null>>();

  /** `file` has what was given, `folder` what is made of kernels' own names. */
  constructor(
    private readonly file: string,
    private readonly folder: string,
  ) {}

  /** Reads what was given in earlier days; a file that makes no sense is as good as none. */
  async load(): Promise<void> {
    const kept = await readJson(this.file, givenSchema);
    if (kept.ok) this.given = kept.value;
  }

  /** What is known of a kernel's symbols. */
  async of(kernelPath: string): Promise<KernelSymbols> {
    const given = this.given[kernelPath];
    if (!given) {
      const kind = kindOf(await elfFacts(kernelPath));
      return {
        kind: kind === 'none' && (await this.names(kernelPath)) !== null ? 'names' : kind,
        path: null,
        scriptPath: null,
        scriptsTrusted: false,
        problem: null,
      };
    }
    const { path, trustScripts } = given;
    try {
      const kind = await this.check(kernelPath, path);
      const scriptPath = await scriptsBeside(path);
      return {
        kind,
        path,
        scriptPath,
        scriptsTrusted: trustScripts && scriptPath !== null,
        problem: null,
      };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { kind: 'none', path, scriptPath: null, scriptsTrusted: false, problem: error.message };
    }
  }

  /**
   * Makes a file for gdb with the names that a kernel has of its own functions, for one that has no other symbols; null
   * when it has others, or none at all.
   */
  async names(kernelPath: string): Promise<string | null> {
    const found = await statOrNull(kernelPath);
    if (!found) return null;
    const key = createHash('sha256')
      .update(`${kernelPath} ${found.ino} ${found.mtimeMs} ${found.size}`)
      .digest('hex');
    const made =
      this.made.get(key) ?? makeNames(kernelPath, join(this.folder, `${key.slice(0, 16)}.symbols`));
    this.made.set(key, made);
    return made;
  }

  /** Takes them from a file from now on; null: from the kernel itself. Throws Failure `symbols-refused`. */
  async set(kernelPath: string, path: string | null, trustScripts: boolean): Promise<KernelSymbols> {
    const { [kernelPath]: _before, ...others } = this.given;
    if (path === null) this.given = others;
    else {
      await this.check(kernelPath, path);
      this.given = { ...others, [kernelPath]: { path, trustScripts } };
    }
    await writeJson(this.file, this.given);
    return this.of(kernelPath);
  }

  /** The source lines of addresses (hex), by addr2line; or why there are none. */
  async lines(
    kernelPath: string,
    addresses: readonly string[],
  ): Promise<{ lines: SourceLine[]; why: string | null }> {
    const symbols = await this.of(kernelPath);
    if (symbols.problem !== null) return { lines: [], why: symbols.problem };
    if (symbols.kind !== 'lines')
      return {
        lines: [],
        why: 'This kernel has no debug info, so its addresses lead to no source lines. Give a vmlinux of the same build in “Kernel symbols”.',
      };
    if (addresses.length === 0) return { lines: [], why: null };
    const said = await runProgram(
      ['addr2line', '-a', '-f', '-i', '-e', symbols.path ?? kernelPath, ...addresses],
      { timeoutMs: ADDR2LINE_LIMIT_MS },
    );
    return { lines: parseSourceLines(said), why: null };
  }

  private async check(kernelPath: string, path: string): Promise<SymbolKind> {
    const refuse = (why: string): Failure => failure('symbols-refused', { path, why });
    // gdb takes a line of its commands as it is: no path may end one.
    if (!isAbsolute(path) || /\p{Cc}/u.test(path)) throw refuse('its path must be a whole one, and plain');
    const found = await readElfFile(path).catch((error: NodeJS.ErrnoException) => {
      throw refuse(error.code === 'ENOENT' ? 'there is no such file' : 'it can’t be read');
    });
    if (!found) throw refuse('it is no ELF file');
    const own = await elfFacts(kernelPath);
    if (own?.buildId != null && found.buildId !== own.buildId)
      throw refuse(found.buildId === null ? 'it doesn’t say which build it is of' : 'it is of another build');
    const kind = kindOf(found);
    if (kind === 'none') throw refuse('there are no symbols in it');
    return kind;
  }
}

/** What a debugger finds in a file. */
function kindOf(elf: ElfFacts | null): SymbolKind {
  return elf?.hasDebugInfo === true ? 'lines' : elf?.hasSymbols === true ? 'names' : 'none';
}

async function makeNames(kernelPath: string, path: string): Promise<string | null> {
  try {
    const found = await readElfFile(kernelPath);
    const size = (await statOrNull(kernelPath))?.size ?? 0;
    if (!found || kindOf(found) !== 'none' || size > KERNEL_BYTES_MAX) return null;
    const kernel = await readFile(kernelPath);
    const symbols = readKallsyms(kernel, found.loaded);
    const file =
      symbols &&
      symbolFile(
        kernel,
        symbols.filter(({ isFunction }) => isFunction),
      );
    if (!file) return null;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, file, { mode: 0o600 });
    return path;
  } catch (error) {
    // Addresses are better than no debugger.
    log('warn', 'names of a kernel', { kernelPath, error: (error as Error).message });
    return null;
  }
}

async function scriptsBeside(path: string): Promise<string | null> {
  const scripts = join(dirname(path), SCRIPTS);
  return (await statOrNull(scripts))?.isFile() === true ? scripts : null;
}
