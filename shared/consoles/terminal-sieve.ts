const ENQ = 0x05;
const BEL = 0x07;
const LF = 0x0a;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const BACKSLASH = 0x5c;
/** The byte before every C1 control in UTF-8: ESC and a letter in one. */
const C2 = 0xc2;
/** What ends a string, in that form. */
const C1_END = 0x9c;

/** Longest control sequence that is handed on; longer ones are none of a real program. */
const CSI_MAX = 256;
/** As much of a string as is looked into. */
const STRING_MAX = 4096;

type State = 'text' | 'c2' | 'escape' | 'csi' | 'string' | 'string-escape';

/**
 * Takes out of a guest's output what must not reach a person's own terminal: the clipboard, which a terminal would set
 * or tell, and, where told so, every question. A terminal answers on stdin, so a question of the past would be answered
 * to whatever reads now. Works on bytes in any pieces; all else passes as it is.
 */
export class TerminalSieve {
  private state: State = 'text';
  /** What was begun and is not decided yet. */
  private held: number[] = [];
  /** The letter that says which kind of string it is. */
  private kind = '';
  /** A string, or a sequence, that was decided before its end. */
  private fate: 'open' | 'dropped' | 'passes' = 'open';
  private previous = 0;
  private out: number[] = [];
  private dropsQuestions = false;

  /** What is left of these bytes. */
  pass(bytes: Uint8Array, how: { dropsQuestions: boolean }): Uint8Array {
    this.dropsQuestions = how.dropsQuestions;
    if (this.state === 'text' && ![ESC, C2, ENQ].some((byte) => bytes.includes(byte))) return bytes;
    this.out = [];
    for (const byte of bytes) this.take(byte);
    return Uint8Array.from(this.out);
  }

  private take(byte: number): void {
    switch (this.state) {
      case 'text':
        return this.takeText(byte);
      case 'c2':
        return this.takeC1(byte);
      case 'escape':
        return this.takeEscape(byte);
      case 'csi':
        return this.takeCsi(byte);
      case 'string':
        return this.takeString(byte);
      case 'string-escape':
        return this.takeStringEscape(byte);
    }
  }

  private takeText(byte: number): void {
    if (byte === ESC || byte === C2) {
      this.state = byte === ESC ? 'escape' : 'c2';
      this.held = [byte];
    } else if (byte !== ENQ || !this.dropsQuestions) this.out.push(byte);
  }

  private takeC1(byte: number): void {
    if (byte < 0x80 || byte > 0x9f) return this.releaseAndTake(byte);
    this.held.push(byte);
    this.begins(byte - 0x40);
  }

  private takeEscape(byte: number): void {
    if (byte === ESC || byte === CAN || byte === SUB || byte >= 0x80) return this.releaseAndTake(byte);
    // Carried out at once, and the sequence goes on.
    if (byte < 0x20) return void this.out.push(byte);
    this.held.push(byte);
    this.begins(byte);
  }

  private begins(letter: number): void {
    this.kind = String.fromCharCode(letter);
    this.fate = 'open';
    this.previous = 0;
    if (this.kind === '[') this.state = 'csi';
    else if (']PX^_'.includes(this.kind)) this.state = 'string';
    // DECID, an old way to ask a terminal what it is.
    else if (this.kind === 'Z' && this.dropsQuestions) this.drop();
    else this.release();
  }

  private takeCsi(byte: number): void {
    if (byte === ESC || byte === CAN || byte === SUB) return this.releaseAndTake(byte);
    if (byte < 0x20) return void this.out.push(byte);
    if (byte >= 0x80) {
      // Terminals disagree on what that means; now it means an end.
      this.held.push(CAN);
      return this.releaseAndTake(byte);
    }
    if (this.held.length < CSI_MAX) this.held.push(byte);
    else this.fate = 'dropped';
    if (byte < 0x40 || byte === 0x7f) return;
    if (this.fate === 'dropped' || (this.dropsQuestions && QUESTION.test(this.text))) this.drop();
    else this.release();
  }

  private takeString(byte: number): void {
    const { previous } = this;
    this.previous = byte;
    const isOsc = this.kind === ']';
    if (byte === ESC) this.state = 'string-escape';
    else if (byte === CAN || byte === SUB || (byte === BEL && isOsc)) this.endString(byte);
    else if (byte === C1_END && previous === C2) {
      // Its first byte was taken for a letter's.
      if (this.fate === 'open') this.held.pop();
      this.endString(...(this.fate === 'open' ? [C2, byte] : [byte]));
    }
    // With its line at the latest, so that nothing that is meant as text vanishes for ever; pictures (DCS) have lines.
    else if (byte === LF && (isOsc || this.fate === 'dropped')) {
      this.endString(CAN);
      this.out.push(LF);
    } else if (this.fate === 'passes') this.out.push(byte);
    else if (this.fate === 'open' && this.held.push(byte) > STRING_MAX) {
      this.fate = this.isUnwanted(true) ? 'dropped' : 'passes';
      if (this.fate === 'passes') this.out.push(...this.held);
      this.held = [];
    }
  }

  private takeStringEscape(byte: number): void {
    if (byte === BACKSLASH) return this.endString(ESC, BACKSLASH);
    // Given up for what follows, which is a sequence of its own.
    this.endString();
    this.take(ESC);
    this.take(byte);
  }

  private endString(...end: number[]): void {
    if (this.fate === 'dropped' || (this.fate === 'open' && this.isUnwanted(false))) return this.drop();
    this.held.push(...end);
    this.release();
  }

  private isUnwanted(isLong: boolean): boolean {
    const { text } = this;
    if (this.kind === ']') {
      // Longer than any that doesn't say what it is.
      if (isLong && !text.includes(';')) return true;
      if (CLIPBOARD.has(Number(/^\d+/.exec(text)?.[0] ?? -1))) return true;
      return this.dropsQuestions && (isLong || /;\?(?:;|$)/.test(text));
    }
    if (!this.dropsQuestions) return false;
    // DECRQSS and XTGETTCAP; kitty's pictures, each of which is answered.
    return this.kind === 'P' ? /^[\d;]*[$+]q/.test(text) : this.kind === '_' && text.startsWith('G');
  }

  /** What is held behind its beginning, without the controls that a terminal takes no notice of there. */
  private get text(): string {
    return String.fromCharCode(...this.held.slice(2).filter((byte) => byte >= 0x20));
  }

  private drop(): void {
    this.held = [];
    this.state = 'text';
  }

  private release(): void {
    this.out.push(...this.held);
    this.drop();
  }

  private releaseAndTake(byte: number): void {
    this.release();
    this.take(byte);
  }
}

/** OSC 52; iTerm2's own, which set the clipboard and save files, too; kitty's clipboard. */
const CLIPBOARD: ReadonlySet<number> = new Set([52, 1337, 5522]);

/**
 * Control sequences that a terminal answers (xterm's ctlseqs): DSR and the cursor's place, DA, DECRQM, DECREQTPARM,
 * sizes and titles, XTVERSION, keyboard modes, checksums and presentation states.
 */
const QUESTION =
  /^(?:\??[\d;:]*n|[>=]?[\d;:]*c|\??[\d;:]*\$p|[\d;:]*x|0*(?:1[1-9]|2[01])(?:[;:][\d;:]*)?t|>[\d;:]*q|\?[\d;:]*[umS]|[\d;:]*(?:\*y|\$[wu]|&u|"v|'\||\+x|#[SR]))$/;
