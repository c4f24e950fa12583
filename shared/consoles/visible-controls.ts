/** Control characters but tab and line end, and those that turn the direction of what stands behind them. */
const control = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A guest's words, safe to print on a terminal: what would control it is shown as text, `\x1b`. For what is quoted
 * outside a console, where nothing may move the cursor, set a title or fill the clipboard.
 */
export function visibleControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(control, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
  });
}
