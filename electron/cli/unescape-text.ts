/**
 * What a person writes for a key: \n and \r are Enter, \t, \e, \\ and \xHH. A terminal sends a carriage return for
 * Enter, so that is what both become.
 */
export function unescapeText(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|.)/gs, (whole, code: string) => {
    if (code.startsWith('x') && code.length === 3)
      return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: '\r', r: '\r', t: '\t', e: '\u001b', '\\': '\\' }[code] ?? whole;
  });
}
