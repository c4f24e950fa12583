import { stopReasonText } from '../diagnostics/stop-reason-text.js';
import type { RunEnd } from '../vms/run.js';
import { decodeUtf8 } from '../text-codec.js';
import { plainText } from './plain-text.js';
import type { LogForm } from './logs.js';
import { visibleControls } from './visible-controls.js';

/** A time as it stands before a line: sortable, in UTC, always as wide; blank when nobody noted it. */
export function lineTime(at: number | null): string {
  return at === null ? ' '.repeat(24) : new Date(at).toISOString();
}

/** A line of a log, without its end, as text. */
export function lineText(line: string, { escapes, times }: LogForm, at: number | null): string {
  const text = escapes ? line : plainText(line);
  return times ? `${lineTime(at)} ${text}` : text;
}

/** The line above a run's output in a text of several runs. */
export function runHeadText({ run, startedAt, kernelVersion }: RunHead): string {
  return `==== run ${run}, started ${startedAt}${kernelVersion === '' ? '' : `, linux ${visibleControls(kernelVersion)}`} ====`;
}

/** The line below a run's output. */
export function runEndText(run: number, end: RunEnd): string {
  return `==== run ${run} ended ${end.at}: ${visibleControls(stopReasonText(end.reason).short)} ====`;
}

/** What stands where a part of a log is not kept. */
export function gapText(bytes: number): string {
  return `==== ${bytes} bytes are not kept here ====`;
}

/** What is said of a run above its output. */
export interface RunHead {
  run: number;
  startedAt: string;
  kernelVersion: string;
}

const LINE_END = 10;
/** A line that never ends is written in parts of this size. */
const LINE_BYTES_MAX = 1024 * 1024;

/**
 * Makes a text of a log as it is read, the same wherever it is made: line by line, but as it is when it is wanted with
 * escape sequences and without times.
 */
export class LogText {
  private rest: Uint8Array = new Uint8Array(0);
  private restOffset = 0;

  constructor(
    private readonly form: LogForm,
    private readonly timeOf: (offset: number) => number | null,
  ) {}

  /** What the guest sent is wanted, byte for byte. */
  get isRaw(): boolean {
    return this.form.escapes && !this.form.times;
  }

  /** Where the line begins that bytes at an offset belong to, as far as it was not given out yet. */
  lineOffset(offset: number): number {
    return this.rest.length > 0 ? this.restOffset : offset;
  }

  /** Takes the next bytes and where they stand; gives the text of the lines that ended in them. */
  add(bytes: Uint8Array, offset: number): string {
    if (this.rest.length === 0) this.restOffset = offset;
    const whole = this.rest.length === 0 ? bytes : joined(this.rest, bytes);
    const lines: string[] = [];
    let from = 0;
    for (let end = whole.indexOf(LINE_END, this.rest.length); end >= 0; end = whole.indexOf(LINE_END, from)) {
      lines.push(this.line(whole.subarray(from, end), this.restOffset + from));
      from = end + 1;
    }
    this.rest = whole.subarray(from);
    this.restOffset += from;
    return lines.join('') + (this.rest.length > LINE_BYTES_MAX ? this.end() : '');
  }

  /** Something is not kept here. */
  gap(bytes: number): string {
    return `${this.end()}${gapText(bytes)}\n`;
  }

  /** No more comes: what of a line is there. */
  end(): string {
    const { rest, restOffset } = this;
    this.rest = new Uint8Array(0);
    return rest.length > 0 ? this.line(rest, restOffset) : '';
  }

  private line(bytes: Uint8Array, offset: number): string {
    const line = decodeUtf8(bytes);
    return `${lineText(line, this.form, this.form.times ? this.timeOf(offset) : null)}\n`;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
