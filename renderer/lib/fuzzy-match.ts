/** Where a query was found in a text, and how well. */
export interface Match {
  /** Higher is better. From `SURE` on every word of the query stands in the text as it was typed. */
  score: number;
  /** Pieces of the text, the found ones marked. */
  marks: readonly { text: string; isHit: boolean }[];
}

const AT_START = 100;
const AT_WORD = 80;
const INSIDE = 60;
const SCATTERED = 20;

/** The score of a match in which no letter was skipped. */
export const SURE = INSIDE;

/**
 * Looks for every word of a query in a text, in any order, whatever the case: best at its start, then at the start
 * of a word, then inside one, and last letter by letter from the start of a word on. Null: one isn't there.
 */
export function fuzzyMatch(query: string, text: string): Match | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const lower = text.toLowerCase();
  const hits = new Set<number>();
  let lowest = AT_START;
  let sum = 0;
  for (const word of words) {
    const found = findWord(word, lower);
    if (!found) return null;
    found.places.forEach((place) => hits.add(place));
    lowest = Math.min(lowest, found.score);
    sum += found.score;
  }
  // A word that is only scattered makes the whole a guess, however well the others match; shorter texts win a tie.
  const mean = words.length === 0 ? 0 : sum / words.length;
  const score = (lowest < SURE ? lowest : mean) - text.length / 1000;
  return { score: lowest < SURE ? score : Math.max(score, SURE), marks: marked(text, hits) };
}

function findWord(word: string, text: string): { score: number; places: number[] } | null {
  let inside = -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0) return { score: AT_START, places: range(at, word.length) };
    if (isWordStart(text, at)) return { score: AT_WORD, places: range(at, word.length) };
    if (inside < 0) inside = at;
  }
  if (inside >= 0) return { score: INSIDE, places: range(inside, word.length) };
  return scattered(word, text);
}

/** Letter by letter, beginning at a word; a letter that starts a word is taken before one inside. */
function scattered(word: string, text: string): { score: number; places: number[] } | null {
  const places: number[] = [];
  for (const letter of word) {
    const from = (places.at(-1) ?? -1) + 1;
    const next = text.indexOf(letter, from);
    let start = next;
    while (start >= 0 && !isWordStart(text, start)) start = text.indexOf(letter, start + 1);
    const isRun = places.length > 0 && next === from;
    const place = isRun || start < 0 ? next : start;
    if (place < 0 || (places.length === 0 && start < 0)) return null;
    places.push(place);
  }
  const gaps = places.filter((place, n) => n > 0 && place !== (places[n - 1] ?? 0) + 1).length;
  return { score: SCATTERED - gaps, places };
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, n) => from + n);
}

function marked(text: string, hits: ReadonlySet<number>): Match['marks'] {
  const marks: { text: string; isHit: boolean }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const isHit = hits.has(at);
    const last = marks.at(-1);
    if (last?.isHit === isHit) last.text += text.charAt(at);
    else marks.push({ text: text.charAt(at), isHit });
  }
  return marks;
}
