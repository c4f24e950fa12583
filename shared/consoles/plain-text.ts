/**
 * What a terminal takes as commands (ECMA-48, and xterm's ctlseqs): in their 7-bit form behind ESC and in their 8-bit
 * form. Each ends with its line at the latest: a program that was killed in the middle of one, or a guest that means
 * harm, must not take the lines behind it along.
 */
const sequences = [
  // CSI: parameters, intermediates, one final character. Colours, cursor movements.
  String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`,
  // OSC: a text up to BEL or ST. Titles, links, the clipboard.
  String.raw`(?:\u001b\]|\u009d)[^\n\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?`,
  // DCS, SOS, PM, APC: a text up to ST.
  String.raw`(?:\u001b[PX^_]|[\u0090\u0098\u009e\u009f])[^\n\u001b\u009c]*(?:\u001b\\|\u009c)?`,
  // All others behind ESC: intermediates, one final character.
  String.raw`\u001b[ -/]*[0-~]?`,
  // What is left of control characters, but tabs and line ends.
  String.raw`(?![\t\n])\p{Cc}`,
];
const notText = new RegExp(sequences.join('|'), 'gu');

/** A console's output as text: without escape sequences and control characters; line by line what it was. */
export function plainText(output: string): string {
  return output.replace(notText, '');
}

/** Control characters that stand inside a line, in a text or in bytes that were taken for Latin-1. */
const controls = /(?![\t\n])(?!\r\n)\p{Cc}/u;

/** True when `plainText` would take nothing away but the carriage returns at the ends of lines; quick to find out. */
export function isPlainText(output: string): boolean {
  return !controls.test(output);
}
