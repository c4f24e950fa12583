import { isAbsolute, join, dirname } from 'node:path';
import { z } from 'zod';
import type { KernelSymbols } from '@shared/api/debug-calls.js';
import { parseSourceLines, type SourceLine } from '@shared/debug/source-line.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { readJson, statOrNull, writeJson } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';
import { readElfDebug, type ElfDebug } from './elf-file.js';

/** addr2line reads all line tables of a kernel with debug info, which can be 500 MB. */
const ADDR2LINE_LIMIT_MS = 60_000;
/** The kernel build puts it beside vmlinux (scripts/gdb). */
const SCRIPTS = 'vmlinux-gdb.py';

const givenSchema = z.record(z.string(), z.strictObject({ path: z.string(), trustScripts: z.boolean() }));
type Given = z.infer<typeof givenSchema>;

/** Where each kernel's symbols are: in the kernel itself, or in a file that somebody gave for it. */
export class KernelSymbolsService {
  private given: Given = {};

  /** `file` has what was given. */
  constructor(private readonly file: string) {}

  /** Reads what was given in earlier days; a file that makes no sense is as good as none. */
  async load(): Promise<void> {
    const kept = await readJson(this.file, givenSchema);
    if (kept.ok) this.given = kept.value;
  }

  /** What is known of a kernel's symbols. */
  async of(kernelPath: string): Promise<KernelSymbols> {
    const given = this.given[kernelPath];
    if (!given) {
      const own = await readElfDebug(kernelPath).catch(() => null);
      return {
        kind: own?.kind ?? 'none',
        path: null,
        scriptPath: null,
        scriptsTrusted: false,
        problem: null,
      };
    }
    const { path, trustScripts } = given;
    try {
      const { kind } = await this.check(kernelPath, path);
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

  private async check(kernelPath: string, path: string): Promise<ElfDebug> {
    const refuse = (why: string): Failure => failure('symbols-refused', { path, why });
    // gdb takes a line of its commands as it is: no path may end one.
    if (!isAbsolute(path) || /\p{Cc}/u.test(path)) throw refuse('its path must be a whole one, and plain');
    const found = await readElfDebug(path).catch((error: NodeJS.ErrnoException) => {
      throw refuse(error.code === 'ENOENT' ? 'there is no such file' : 'it can’t be read');
    });
    if (!found) throw refuse('it is no ELF file');
    const own = await readElfDebug(kernelPath).catch(() => null);
    if (own?.buildId != null && found.buildId !== own.buildId)
      throw refuse(found.buildId === null ? 'it doesn’t say which build it is of' : 'it is of another build');
    if (found.kind === 'none') throw refuse('there are no symbols in it');
    return found;
  }
}

async function scriptsBeside(path: string): Promise<string | null> {
  const scripts = join(dirname(path), SCRIPTS);
  return (await statOrNull(scripts))?.isFile() === true ? scripts : null;
}
