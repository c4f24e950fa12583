/** What a paste from the clipboard or a file comes to, before a guest gets it. */
export interface PasteText {
  /** What is sent. */
  text: string;
  lines: number;
  bytes: number;
  /** Control characters that were taken out. */
  removed: number;
}

/** Control characters but tab and line ends: C0, DEL and C1. An ESC among them could end a bracketed paste. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/** Takes out of a text what no terminal lets through by a paste: the rest is what a person can see. */
export function pasteText(raw: string): PasteText {
  const text = raw.replace(CONTROLS, '').replace(/\r\n?/g, '\n');
  return {
    text,
    lines: lineCount(text),
    bytes: utf8Length(text),
    removed: raw.match(CONTROLS)?.length ?? 0,
  };
}

/** Above this, its size is a reason to ask: it takes the guest some seconds (InputPacer sends 256 bytes each 6 ms). */
export const LARGE_PASTE_BYTES = 32 * 1024;

/** Whether a person is asked before the guest gets it. `isBracketed`: the program there knows a paste from typing. */
export function asksFirst(paste: PasteText, isBracketed: boolean, warnsOfLines: boolean): boolean {
  if (paste.removed > 0 || paste.bytes > LARGE_PASTE_BYTES) return true;
  return warnsOfLines && !isBracketed && /\n./s.test(paste.text);
}

/** The lines of a text to be typed one by one; each ends with Enter, but what comes behind the last line end does not. */
export function typedLines(text: string): string[] {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  return [...lines.map((line) => `${line}\r`), ...(rest === '' ? [] : [rest])];
}

function lineCount(text: string): number {
  const breaks = text.split('\n').length - 1;
  return text.endsWith('\n') ? breaks : breaks + (text === '' ? 0 : 1);
}

function utf8Length(text: string): number {
  let length = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
