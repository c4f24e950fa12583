import { z } from 'zod';

/** The place in the source that an address of a kernel comes from. */
export const sourceLineSchema = z.strictObject({
  address: z.string(),
  /** Functions that were put into each other, the innermost first; empty when nothing is known. */
  places: z.array(
    z.strictObject({ function: z.string(), file: z.string().nullable(), line: z.int().nullable() }),
  ),
});
export type SourceLine = z.infer<typeof sourceLineSchema>;

/** More functions than this are never put into each other; the file may be anybody's. */
const PLACES_MAX = 32;
const TEXT_MAX = 1000;

/** Reads what `addr2line -a -f -i` printed: an address, then pairs of lines, a function and its place. */
export function parseSourceLines(output: string): SourceLine[] {
  const found: SourceLine[] = [];
  const lines = output.split('\n');
  for (let n = 0; n < lines.length;) {
    const address = /^0x0*([0-9a-f]+)$/.exec(lines[n] ?? '');
    if (address) {
      found.push({ address: address[1] ?? '0', places: [] });
      n += 1;
      continue;
    }
    const current = found.at(-1);
    const name = lines[n] ?? '';
    const place = lines[n + 1];
    n += 2;
    if (!current || place === undefined || name === '??' || current.places.length >= PLACES_MAX) continue;
    const [, file = null, line = null] = /^(.*):(\d+)(?: \(discriminator \d+\))?$/.exec(place) ?? [];
    const isKnown = file !== null && file !== '??' && line !== '0';
    current.places.push({
      function: name.slice(0, TEXT_MAX),
      file: isKnown ? file.slice(0, TEXT_MAX) : null,
      line: isKnown ? Number(line) : null,
    });
  }
  return found;
}
