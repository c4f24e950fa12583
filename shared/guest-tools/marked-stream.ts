/**
 * The bytes between two words in a stream. A command's output may be anything, so that its beginning and end are marked
 * by words that nobody else knows: 128 random bits each.
 */
export class MarkedStream {
  private readonly begin: Uint8Array;
  private readonly end: Uint8Array;
  private held: Uint8Array = new Uint8Array(0);
  private place: 'before' | 'within' | 'behind' = 'before';
  /** Bytes before the beginning: what an earlier command left on the line. */
  skipped = 0;

  constructor(begin: string, end: string) {
    this.begin = asciiBytes(begin);
    this.end = asciiBytes(end);
  }

  /** The end was seen. */
  get hasEnded(): boolean {
    return this.place === 'behind';
  }

  /** What of these bytes, and of those held back before, certainly stands between the two words. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.place === 'behind') return nothing;
    let data = joined(this.held, bytes);
    this.held = nothing;
    if (this.place === 'before') {
      const at = indexOf(data, this.begin);
      if (at < 0) {
        const kept = beginningAtEnd(data, this.begin);
        this.skipped += data.length - kept;
        this.held = data.slice(data.length - kept);
        return nothing;
      }
      this.skipped += at;
      this.place = 'within';
      data = data.subarray(at + this.begin.length);
    }
    const at = indexOf(data, this.end);
    if (at >= 0) {
      this.place = 'behind';
      return data.subarray(0, at);
    }
    const kept = beginningAtEnd(data, this.end);
    this.held = data.slice(data.length - kept);
    return data.subarray(0, data.length - kept);
  }
}

const nothing: Uint8Array = new Uint8Array(0);

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function indexOf(bytes: Uint8Array, word: Uint8Array): number {
  const first = word[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + word.length > bytes.length) return -1;
    if (word.every((byte, n) => bytes[at + n] === byte)) return at;
  }
  return -1;
}

/** How many bytes at the end could be the beginning of the word. */
function beginningAtEnd(bytes: Uint8Array, word: Uint8Array): number {
  for (let length = Math.min(word.length - 1, bytes.length); length > 0; length -= 1) {
    const from = bytes.length - length;
    if (bytes.subarray(from).every((byte, n) => word[n] === byte)) return length;
  }
  return 0;
}
