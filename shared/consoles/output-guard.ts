const ESC = 0x1b;
const CAN = 0x18;
const SUB = 0x1a;
const LF = 0x0a;
const BEL = 0x07;
/** Means nothing to a terminal; xterm.js makes an error object of each. */
const DEL = 0x7f;
/** The byte before every C1 control in UTF-8; raw 8-bit controls are invalid UTF-8 and are printed as such. */
const C2 = 0xc2;

/** Longest control sequence; the longest of real programs, many colours in one, stay under half of it. */
const CSI_MAX = 256;
/** Longest text of an OSC, DCS, APC, PM or SOS that is handed on: a title, an address, a colour. */
const STRING_MAX = 8 * 1024;
/** After so much of one without an end, it has ended: nothing that is meant as text may vanish for ever. */
const STRING_PATIENCE = 1024 * 1024;
/** The largest number that is handed on: more than any terminal has rows, columns, modes or colours. */
const NUMBER_MAX = 32_767;
/**
 * Work that the parser does in one go, in letters: it can't be interrupted, and some sequences of two letters cost as
 * much as a screenful. Measured with xterm.js 6.0: 2000 resets in one piece are a window frozen for 2.3 s.
 */
const SLICE_COST = 4096;
const RESET_COST = 400;
const SCREEN_COST = 100;
const SCROLL_COST = 20;

/** Marks laid over one letter. Real scripts stack four or five; "zalgo" needs thousands. */
const MARKS_MAX = 16;

/** Size of the terminal that the output is for. */
export interface TerminalSize {
  cols: number;
  rows: number;
}

type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'csi-dropped' | 'string';

/**
 * Stands between a guest and the terminal's parser and takes the edge off what could freeze or blind it, and changes
 * nothing else: repeat counts are held to the size of the screen (xterm.js 6.0 loops as often as it is told: one
 * `CSI 2147483647 L` is a frozen window, one `CSI 2147483647 b` an exception that ends the terminal), strings end with
 * their line, and no letter carries more than a few marks. Works on bytes in any pieces.
 */
export class OutputGuard {
  private state: State = 'text';
  private csi: number[] = [];
  private stringLength = 0;
  private isOsc = false;
  /** A C2 at the end of a piece: what it begins is not known yet. */
  private heldC2 = false;
  private readonly marks = new MarkCounter();

  constructor(private readonly size: () => TerminalSize) {}

  /** What may be handed on of these bytes, in slices that a parser is done with soon. */
  pass(bytes: Uint8Array): Uint8Array[] {
    const out = new Output(bytes.length);
    for (let at = 0; at < bytes.length; at += 1) {
      if (this.state === 'text' && !this.heldC2 && !this.marks.isHolding) {
        const end = endOfPlain(bytes, at);
        if (end > at) {
          this.marks.reset();
          out.pushAll(bytes.subarray(at, end));
          at = end;
          if (at === bytes.length) break;
        }
      }
      this.takeByte(bytes[at] ?? 0, out);
    }
    return out.slices();
  }

  /** Forgets what was begun: the same output comes again from its beginning. */
  reset(): void {
    this.state = 'text';
    this.csi = [];
    this.heldC2 = false;
    this.marks.reset();
  }

  private takeByte(byte: number, out: Output): void {
    if (this.heldC2) {
      this.heldC2 = false;
      if (byte >= 0x80 && byte <= 0x9f) return this.takeC1(byte, out);
      this.take(C2, out);
    }
    if (byte === C2) this.heldC2 = true;
    else this.take(byte, out);
  }

  /** A C1 control in UTF-8 stands for ESC and a letter; in that form there is one form less to think of. */
  private takeC1(code: number, out: Output): void {
    this.take(ESC, out);
    this.take(code - 0x40, out);
  }

  private take(byte: number, out: Output): void {
    // Wherever they come: a sequence begins, or what was begun is given up.
    if (byte === ESC) {
      this.marks.flush(out);
      this.state = 'escape';
      return;
    }
    if ((byte === CAN || byte === SUB) && this.state !== 'text') {
      this.state = 'text';
      return out.push(byte);
    }
    switch (this.state) {
      case 'text':
        if (byte !== DEL) this.marks.take(byte, out);
        return;
      case 'escape':
        return this.takeEscape(byte, out);
      case 'intermediate':
        if (byte >= 0x30) this.state = 'text';
        out.push(byte);
        // ESC # 8 fills the screen.
        return out.costs(SCREEN_COST);
      case 'csi':
      case 'csi-dropped':
        return this.takeCsi(byte, out);
      case 'string':
        return this.takeString(byte, out);
    }
  }

  /** ESC itself is not handed on yet: what it begins may come to nothing. */
  private takeEscape(byte: number, out: Output): void {
    if (byte < 0x20) return out.push(byte);
    if (byte === 0x5b) {
      this.state = 'csi';
      this.csi = [];
      return;
    }
    this.stringLength = 0;
    this.isOsc = byte === 0x5d;
    this.state = STRINGS.has(byte) ? 'string' : byte <= 0x2f ? 'intermediate' : 'text';
    out.push(ESC);
    out.push(byte);
    if (byte === 0x63) out.costs(RESET_COST);
  }

  private takeCsi(byte: number, out: Output): void {
    // Carried out in the midst of a sequence, as a terminal does.
    if (byte < 0x20) return out.push(byte);
    if (byte < 0x40) {
      if (this.csi.push(byte) > CSI_MAX) this.state = 'csi-dropped';
      return;
    }
    if (byte === 0x7f) return;
    if (this.state === 'csi' && byte < 0x7f) this.handOnCsi(byte, out);
    // What comes to nothing still ends a string before it.
    else out.push(CAN);
    this.state = 'text';
    if (byte > 0x7f) this.take(byte, out);
  }

  private handOnCsi(final: number, out: Output): void {
    out.pushText(heldCsi(String.fromCharCode(...this.csi), final, this.size()));
    const letter = String.fromCharCode(final);
    out.costs('hlJp'.includes(letter) ? SCREEN_COST : 'LMSTbKrX@P'.includes(letter) ? SCROLL_COST : 0);
  }

  private takeString(byte: number, out: Output): void {
    if (byte === LF || this.stringLength > STRING_PATIENCE) {
      out.push(CAN);
      out.push(byte);
      this.state = 'text';
    } else if (byte === BEL) {
      // A terminal takes it as the end of an OSC only; with it the others end here, too.
      out.push(BEL);
      if (!this.isOsc) out.push(CAN);
      this.state = 'text';
    } else {
      this.stringLength += 1;
      if (this.stringLength <= STRING_MAX) out.push(byte);
    }
  }
}

/** Where plain ASCII without escapes ends. */
function endOfPlain(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? ESC;
    if (byte >= DEL || byte === ESC) break;
    at += 1;
  }
  return at;
}

/** What follows ESC to begin a string: P DCS, X SOS, ] OSC, ^ PM, _ APC. */
const STRINGS: ReadonlySet<number> = new Set(Array.from('PX]^_', (letter) => letter.charCodeAt(0)));

/** Sequences that xterm.js carries out number times, one after the other. */
const BY_COLUMN: ReadonlySet<string> = new Set(['b', 'I', 'Z', '@', 'P', 'X', ' @', ' A', "'}", "'~"]);
const BY_ROW: ReadonlySet<string> = new Set(['L', 'M', 'S', 'T', '^']);

function heldCsi(held: string, final: number, { cols, rows }: TerminalSize): string {
  const intermediates = /[ -/]*$/.exec(held)?.[0] ?? '';
  const what = intermediates + String.fromCharCode(final);
  const most = BY_COLUMN.has(what) ? cols : BY_ROW.has(what) ? rows : NUMBER_MAX;
  const numbers = held.replace(/\d+/g, (digits) => (Number(digits) > most ? String(most) : digits));
  return `\x1b[${numbers}${String.fromCharCode(final)}`;
}

/** Lays no more than a few marks over a letter: characters that have no width of their own. */
class MarkCounter {
  /** The bytes of a character that has begun. */
  private held: number[] = [];
  private missing = 0;
  private count = 0;
  private last: Kind = 'letter';
  /** What comes next is joined to what was. */
  private isJoined = false;

  /** Whether a character has begun. */
  get isHolding(): boolean {
    return this.held.length > 0;
  }

  reset(): void {
    this.held = [];
    this.count = 0;
    this.last = 'letter';
    this.isJoined = false;
  }

  /** Hands on a character that will not be completed. */
  flush(out: Output): void {
    for (const byte of this.held) out.push(byte);
    this.reset();
  }

  take(byte: number, out: Output): void {
    const isContinuation = (byte & 0xc0) === 0x80;
    if (this.held.length > 0 && !isContinuation) this.flush(out);
    if (this.held.length === 0) {
      this.missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
      if (this.missing === 0) {
        this.count = 0;
        return out.push(byte);
      }
    }
    this.held.push(byte);
    if (this.held.length <= this.missing) return;
    const code = codePoint(this.held);
    const kind = kindOf(code);
    const joins = kind !== 'letter' && (kind === 'mark' || kind === this.last);
    this.count = joins ? this.count + 1 : this.isJoined ? this.count : 0;
    this.last = kind;
    const passes = this.count <= MARKS_MAX;
    if (passes) for (const each of this.held) out.push(each);
    this.isJoined = passes && code === JOINER;
    this.held = [];
  }
}

/** Combining marks, joiners, variation selectors, skin tones and tags: what xterm puts into the cell before it. */
const MARK = /^[\p{M}\p{Cf}\p{Emoji_Modifier}]$/u;

/** What a character is to the one before it. Korean in parts (L V T) is a syllable, but twenty L in a row are none. */
type Kind = 'letter' | 'mark' | 'leading' | 'vowel' | 'trailing';
/** The zero width joiner, which makes a family of emoji. */
const JOINER = 0x200d;

function kindOf(code: number): Kind {
  if ((code >= 0x1100 && code < 0x1160) || (code >= 0xa960 && code < 0xa980)) return 'leading';
  if ((code >= 0x1160 && code < 0x11a8) || (code >= 0xd7b0 && code < 0xd7cb)) return 'vowel';
  if ((code >= 0x11a8 && code < 0x1200) || (code >= 0xd7cb && code < 0xd800)) return 'trailing';
  return isMark(code) ? 'mark' : 'letter';
}

function isMark(code: number): boolean {
  // Latin, and the great blocks of East Asia: no marks, and most of what comes.
  if (code < 0x300 || (code >= 0x3400 && code < 0xa000) || (code >= 0xac00 && code < 0xd7a4)) return false;
  return code <= 0x10ffff && MARK.test(String.fromCodePoint(code));
}

function codePoint(bytes: readonly number[]): number {
  const [lead = 0, ...rest] = bytes;
  return rest.reduce((code, byte) => (code << 6) | (byte & 0x3f), lead & (0x3f >> rest.length));
}

/** Bytes that grow, cut where they have cost enough. */
class Output {
  private buffer: Uint8Array;
  private length = 0;
  private cost = 0;
  private readonly cuts: number[] = [];

  constructor(expected: number) {
    this.buffer = new Uint8Array(expected + 64);
  }

  push(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
    this.costs(1);
  }

  /** The sequence that ends here was work. */
  costs(letters: number): void {
    this.cost += letters;
    if (this.cost < SLICE_COST) return;
    this.cost = 0;
    this.cuts.push(this.length);
  }

  pushAll(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    for (let at = 0; at < bytes.length; at += SLICE_COST) {
      const part = bytes.subarray(at, at + SLICE_COST);
      this.buffer.set(part, this.length);
      this.length += part.length;
      this.costs(part.length);
    }
  }

  pushText(text: string): void {
    for (let at = 0; at < text.length; at += 1) this.push(text.charCodeAt(at));
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const grown = new Uint8Array((this.buffer.length + more) * 2);
    grown.set(this.buffer);
    this.buffer = grown;
  }

  slices(): Uint8Array[] {
    const ends = [...this.cuts, this.length];
    return ends
      .map((end, n) => this.buffer.subarray(ends[n - 1] ?? 0, end))
      .filter(({ length }) => length > 0);
  }
}
