/** Numbers of the lines that have a text, whatever its case; none for an empty text. */
export function findInLines(lines: readonly string[], query: string): number[] {
  const wanted = query.toLowerCase();
  if (wanted === '') return [];
  return lines.flatMap((line, n) => (line.toLowerCase().includes(wanted) ? [n] : []));
}

/** A line in pieces, those that were looked for marked; together they are the line. */
export function splitByHits(line: string, query: string): { text: string; isHit: boolean }[] {
  const wanted = query.toLowerCase();
  const low = line.toLowerCase();
  // Some letters change their length with their case; then places don't tell anything.
  if (wanted === '' || low.length !== line.length) return [{ text: line, isHit: false }];
  const parts: { text: string; isHit: boolean }[] = [];
  let from = 0;
  for (let hit = low.indexOf(wanted); hit >= 0; hit = low.indexOf(wanted, from)) {
    if (hit > from) parts.push({ text: line.slice(from, hit), isHit: false });
    parts.push({ text: line.slice(hit, hit + wanted.length), isHit: true });
    from = hit + wanted.length;
  }
  if (from < line.length) parts.push({ text: line.slice(from), isHit: false });
  return parts;
}
