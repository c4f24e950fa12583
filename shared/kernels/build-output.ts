/** What a line of make's output says. */
export type BuildLine =
  /** A step of kbuild, such as `CC fs/inode.o`. */
  | { kind: 'step'; verb: string; what: string }
  /** A warning or an error, with the file and the line where they are known. */
  | { kind: 'warning' | 'error'; file: string | null; line: number | null; text: string };

/** A warning or an error of a build. */
export type BuildRemark = Extract<BuildLine, { kind: 'warning' | 'error' }>;

/** Kbuild's short lines: two blanks, a word in capitals, what it is about (scripts/Kbuild.include, `quiet_cmd`). */
const STEP = /^ {2}([A-Z][A-Z0-9_-]*)(?: \[M\])? +(\S.*)$/;
const AT_LINE = /^([^\s:][^:]*):(\d+):(?:\d+:)? ?(warning|error|fatal error): ?(.*)$/;
/** A tree may print what it likes. */
const LINE_CHARS = 2000;
const MAKE_ERROR = /^(?:make|gmake)(?:\[\d+\])?: \*\*\* (.*)$/;
/** Paddock's own fragment, put behind the configuration: that its lines win is meant. */
const MEANT = /^\.config:\d+:warning: override: |^.*warning: override: .* changes choice state$/;

/** Reads a line of make's; null for one that says nothing in particular. */
export function readBuildLine(line: string): BuildLine | null {
  const text = line.slice(0, LINE_CHARS);
  const step = STEP.exec(text);
  if (step) return { kind: 'step', verb: step[1] ?? '', what: step[2] ?? '' };
  if (MEANT.test(text)) return null;
  const at = AT_LINE.exec(text);
  if (at)
    return {
      kind: at[3] === 'warning' ? 'warning' : 'error',
      file: at[1] ?? null,
      line: Number(at[2]),
      text: (at[4] ?? '').trim(),
    };
  if (text.includes('undefined reference to ')) return undefinedReference(text);
  if (/^(?:\*\*\* )?WARNING: |^[\w./+-]*ld: warning: /.test(text)) return plain('warning', text);
  if (/^ERROR: |^[\w./+-]*(?:ld|cc1|as): error: |^collect2: error: /.test(text)) return plain('error', text);
  const ended = MAKE_ERROR.exec(text)?.[1];
  // That a folder failed because something in it did says nothing new.
  if (ended !== undefined && !/\] Error \d+$/.test(ended) && !/Waiting for unfinished jobs/.test(ended))
    return { kind: 'error', file: null, line: null, text: ended };
  return null;
}

function undefinedReference(text: string): BuildRemark {
  const [, where = '', what = ''] = /^(.*?)(undefined reference to .*)$/.exec(text) ?? [];
  const place = /([^\s:]+):(\d+): $/.exec(where);
  return { kind: 'error', file: place?.[1] ?? null, line: place ? Number(place[2]) : null, text: what };
}

function plain(kind: 'warning' | 'error', text: string): BuildRemark {
  return { kind, file: null, line: null, text: text.replace(/^(?:\*\*\* )?(?:WARNING|ERROR): /, '') };
}

/**
 * How many steps a configuration makes, by how much is set in it: measured with linux-source-6.1, 1191 of a small one
 * (232 options set) and 1440 of its defconfig (405).
 */
export function guessedMakeLines(config: string): number {
  const set = config.match(/^CONFIG_\w+=[ym]$/gm)?.length ?? 0;
  return Math.round(860 + 1.43 * set);
}

/** Counts what a build has done, and keeps what it warned of. */
export class BuildTally {
  /** The step that was told last: "CC fs/inode.o". */
  now = '';
  readonly warnings: BuildRemark[] = [];
  /** The first one: what comes after it is often its consequence. */
  error: BuildRemark | null = null;

  constructor(
    /** Lines that the whole was guessed to have; null for a build of what changed only, which nobody can guess. */
    private readonly expected: number | null,
    /** Taken off the front of files' names. */
    private readonly tree: string,
    /** Steps that were done. */
    public lines = 0,
  ) {}

  /** Takes a line; true when it was a step. */
  add(text: string): boolean {
    const read = readBuildLine(text);
    if (read === null) return false;
    if (read.kind === 'step') {
      this.lines += 1;
      this.now = `${read.verb} ${read.what}`;
      return true;
    }
    const remark = { ...read, file: read.file === null ? null : inTree(read.file, this.tree) };
    if (read.kind === 'error') this.error ??= remark;
    // A header's is told for each file that includes it.
    else if (
      !this.warnings.some(
        (one) => one.file === remark.file && one.line === remark.line && one.text === remark.text,
      )
    )
      this.warnings.push(remark);
    return false;
  }

  /** How far it is, 0 to 1, never quite 1; null when nobody knows. */
  get fraction(): number | null {
    return this.expected === null ? null : Math.min(0.99, this.lines / this.expected);
  }

  /** "CC fs/inode.o, 412 of about 900, 3 warnings" */
  get detail(): string {
    const count =
      this.expected === null
        ? `${this.lines}`
        : `${this.lines} of about ${Math.max(this.lines, this.expected)}`;
    const warned = this.warnings.length;
    const told = warned === 0 ? '' : `, ${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
    return `${this.now.slice(0, 200)}, ${count} steps${told}`;
  }
}

/** A file's name in the tree, as make names it from a folder beside it (`../src/fs/inode.c`, an absolute one). */
export function inTree(file: string, tree: string): string {
  if (tree !== '' && file.startsWith(`${tree}/`)) return file.slice(tree.length + 1);
  const name = `/${tree.split('/').at(-1) ?? ''}/`;
  const at = tree === '' || !file.startsWith('../') ? -1 : file.indexOf(name);
  return at < 0 ? file : file.slice(at + name.length);
}

/** A remark as one line: "fs/inode.c:12: unused variable ‘x’". */
export function remarkText({ file, line, text }: BuildRemark): string {
  return file === null ? text : `${file}:${line ?? '?'}: ${text}`;
}
