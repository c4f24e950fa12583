import { KtapReader, type Moment } from './ktap-reader.js';
import { withoutPrefix } from './line-prefix.js';
import { LtpReader } from './ltp-reader.js';
import { NodeMaker } from './node-maker.js';
import type { Results } from './test-node.js';

/** Reads the results out of what a kernel or a test command prints, line by line, whichever way it writes them. */
export class TestReader {
  private readonly make = new NodeMaker();
  private readonly ktap = new KtapReader(this.make);
  private readonly ltp = new LtpReader(this.make);
  private last: Moment = { line: 0, ms: null };
  private lines = 0;
  /** "6.1.192", once the kernel has said it. */
  kernelVersion: string | null = null;

  /**
   * One more line, heard so many milliseconds after the beginning; null: nobody heard it when it was said, and the
   * kernel's own times count. Those are coarser, a jiffy of 10 ms in UML.
   */
  add(line: string, heardMs: number | null): void {
    const { text, stampMs } = withoutPrefix(line);
    this.last = { line: this.lines, ms: heardMs ?? stampMs };
    this.lines += 1;
    this.kernelVersion ??= /^Linux version (\d+\.\d+[\w.+~-]{0,60}) /.exec(text)?.[1] ?? null;
    this.ktap.add(text, this.last);
    // A runner of kselftest that runs LTP says itself how each went.
    if (!this.ktap.hasBegun) this.ltp.add(text, this.last);
  }

  /** Something of a test was said. */
  get hasBegun(): boolean {
    return this.ktap.hasBegun || this.ltp.hasBegun;
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.lines;
  }

  /** How it is now. */
  soFar(): Results {
    const { tests, planned, problems } = this.ktap.results({ ...this.last, line: this.lines });
    return {
      tests: [...this.ltp.soFar(this.last), ...tests],
      planned,
      problems: [...this.ltp.problems, ...problems],
    };
  }

  /** All that it was. */
  end(): Results {
    const at = { ...this.last, line: Math.max(0, this.lines - 1) };
    this.ltp.end(at);
    this.ktap.end(at);
    return this.soFar();
  }
}

/** The results of a whole output. */
export function readTests(output: string): Results {
  const reader = new TestReader();
  for (const line of output.split('\n')) reader.add(line, null);
  return reader.end();
}
