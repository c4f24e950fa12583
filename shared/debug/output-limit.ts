/** More than this of a second can't be read by anybody, and would only fill the disk. */
const BYTES_A_SECOND = 256 * 1024;
const LINE_END = 10;

/**
 * Lets so much of a program's output through in a second, in whole lines, and says how much was left out. The program
 * itself never waits: a tracer that waits holds up whom it traces.
 */
export class OutputLimit {
  private second = 0;
  private passed = 0;
  private dropped = 0;
  private isDropping = false;

  constructor(private readonly bytesASecond = BYTES_A_SECOND) {}

  /** What of these bytes goes on, at a time in milliseconds. */
  pass(bytes: Uint8Array, atMs: number): Uint8Array[] {
    const second = Math.floor(atMs / 1000);
    const out: Uint8Array[] = [];
    if (second !== this.second) {
      this.second = second;
      this.passed = 0;
      if (this.isDropping) {
        // From the next line on: the one that was cut is not whole.
        const start = bytes.indexOf(LINE_END) + 1;
        if (start === 0) {
          this.dropped += bytes.length;
          return out;
        }
        this.dropped += start;
        out.push(remark(this.dropped));
        this.isDropping = false;
        this.dropped = 0;
        bytes = bytes.subarray(start);
      }
    }
    if (this.isDropping) {
      this.dropped += bytes.length;
      return out;
    }
    const room = this.bytesASecond - this.passed;
    if (bytes.length > room) {
      const end = bytes.subarray(0, Math.max(0, room)).lastIndexOf(LINE_END) + 1;
      this.dropped += bytes.length - end;
      this.isDropping = true;
      bytes = bytes.subarray(0, end);
    }
    this.passed += bytes.length;
    if (bytes.length > 0) out.push(bytes);
    return out;
  }

  /** The program has ended: what is still to be said. */
  end(): Uint8Array[] {
    return this.isDropping ? [remark(this.dropped)] : [];
  }
}

function remark(bytes: number): Uint8Array {
  const text = `\r\n\x1b[2m${bytes} bytes came too quickly to be read and were left out\x1b[22m\r\n`;
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
