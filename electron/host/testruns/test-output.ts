import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { mergeSuites } from '@shared/testruns/merge-suites.js';
import { countTests, type Counts, type Results } from '@shared/testruns/test-node.js';
import { OUTPUT_LINES_MAX, OUTPUT_MAX } from '@shared/testruns/test-run.js';
import { TestReader } from '@shared/testruns/test-reader.js';

/** What is told while a run goes on. */
export interface Progress {
  counts: Counts;
  problems: number;
  lines: number;
  kernelVersion: string | null;
  isCut: boolean;
}

/** A longer line is cut. */
const LINE_MAX = 64 * 1024;
/** A client that follows is told of this many times a second. */
const TELL_MS = 250;

/** The output of a run that goes on: kept on disk as it comes, and read as it comes. */
export class TestOutput {
  readonly lines: string[] = [];
  private readonly reader = new TestReader();
  private readonly file: WriteStream;
  private readonly startedAt = performance.now();
  private bytes = 0;
  private isCut = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    path: string,
    private readonly tell: (progress: Progress) => void,
  ) {
    this.file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    // A full disk takes the log, not the results.
    this.file.on('error', () => (this.isCut = true));
  }

  /** One more line of whatever is tested. */
  add(line: string): void {
    if (this.bytes > OUTPUT_MAX || this.lines.length >= OUTPUT_LINES_MAX) {
      this.isCut = true;
      return;
    }
    // What ends no line for us must end none in the file.
    const one = line.slice(0, LINE_MAX).replace(/[\n\r]/g, '');
    this.bytes += one.length + 1;
    this.lines.push(one);
    this.file.write(`${one}\n`);
    this.reader.add(one, performance.now() - this.startedAt);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.tell(this.progress(this.reader.soFar()));
    }, TELL_MS);
  }

  /** Results came. */
  get hasResults(): boolean {
    return this.reader.hasBegun;
  }

  /** As it is now. */
  soFar(): Results {
    return this.reader.soFar();
  }

  /** Nothing more comes; resolves when all is on disk. */
  async end(): Promise<{ results: Results; progress: Progress }> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.file.end();
    await finished(this.file).catch(() => {});
    const whole = this.reader.end();
    const results = { ...whole, tests: mergeSuites(whole.tests) };
    return { results, progress: this.progress(results) };
  }

  private progress(results: Results): Progress {
    return {
      counts: countTests(results),
      problems: results.problems.length,
      lines: this.lines.length,
      kernelVersion: this.reader.kernelVersion,
      isCut: this.isCut,
    };
  }
}
