/** What takes no place or turns the direction of a text: control characters, format characters, odd line ends. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text of a guest as one line of plain text: what can't be seen is made visible, and it is cut in length. */
export function visibleLine(text: string, max = 300): string {
  const shown = text.replace(HIDDEN, symbol);
  const letters = Array.from(shown);
  return letters.length > max ? `${letters.slice(0, max).join('')}…` : shown;
}

/** Text of a guest over several lines: as `visibleLine`, but line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(HIDDEN, (letter) => (letter === '\n' || letter === '\t' ? letter : symbol(letter)));
}

function symbol(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  // Unicode has a picture for each: ␛ for escape, ␊ for a line end.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `\\u{${code.toString(16)}}`;
}
