const CR = 13;
const LF = 10;
const ESC = 27;

/** Into the other screen and out of it: what full-screen programs begin and end with (xterm, ctlseqs). */
const OTHER_SCREEN = /\x1b\[\?(?:47|1047|1049)([hl])/g; // oxlint-disable-line no-control-regex -- that is how they begin
/** The longest of these, less one byte: what may have begun at the end of a piece. */
const SEAM = 7;

/**
 * Gives lines of the kernel the carriage return that a terminal wants. The kernel writes bare line feeds to its console;
 * on a pty the host's line discipline adds the carriage return, a pipe has none, and a boot or a panic would run down the
 * window like stairs. The guest's own terminals add theirs. Only a program that took the terminal over, which it does
 * on the other screen, means "down" by a line feed alone: there nothing is added.
 */
export class LineEnds {
  private last = 0;
  private end = '';
  private isOtherScreen = false;

  /** The bytes as a terminal is to have them. */
  push(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    const hasEscapes = this.end !== '' || bytes.includes(ESC);
    const parts = hasEscapes ? this.parts(bytes) : [bytes];
    const done = parts.map((part, n) => {
      // Each part but the first begins behind a change of the screen.
      if (n > 0) this.isOtherScreen = !this.isOtherScreen;
      const ended = this.isOtherScreen ? part : withReturns(part, this.last);
      this.last = part.at(-1) ?? this.last;
      return ended;
    });
    return done.length === 1 ? (done[0] ?? bytes) : joined(done);
  }

  /** The bytes, cut behind each sequence that really changes the screen. */
  private parts(bytes: Uint8Array): Uint8Array[] {
    const seam = this.end.length;
    let text = this.end;
    // Sequences are plain ASCII: byte by byte is exact.
    for (const byte of bytes) text += String.fromCharCode(byte);
    const begun = text.lastIndexOf('\x1b');
    this.end = begun >= 0 && text.length - begun <= SEAM ? text.slice(begun) : '';
    const parts: Uint8Array[] = [];
    let from = 0;
    let isOther = this.isOtherScreen;
    for (const found of text.matchAll(OTHER_SCREEN)) {
      const goesThere = found[1] === 'h';
      if (goesThere === isOther) continue;
      isOther = goesThere;
      const cut = found.index + found[0].length - seam;
      parts.push(bytes.subarray(from, cut));
      from = cut;
    }
    parts.push(bytes.subarray(from));
    return parts;
  }
}

function withReturns(bytes: Uint8Array, before: number): Uint8Array {
  let bare = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1))
    if ((at === 0 ? before : bytes[at - 1]) !== CR) bare += 1;
  if (bare === 0) return bytes;
  const out = new Uint8Array(bytes.length + bare);
  let to = 0;
  let from = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if ((at === 0 ? before : bytes[at - 1]) === CR) continue;
    out.set(bytes.subarray(from, at), to);
    to += at - from;
    out[to++] = CR;
    from = at;
  }
  out.set(bytes.subarray(from), to);
  return out;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
