/** Kinds of questions (RFC 1035, 3.2.2, and later). */
const kinds: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  255: 'ANY',
};
const NAME_MAX = 255;

/** What a DNS message asks or answers; null when it can't be one. */
export function readDns(bytes: Uint8Array): string | null {
  if (bytes.length < 12) return null;
  const flags = word(bytes, 2);
  const isAnswer = (flags & 0x8000) !== 0;
  if (word(bytes, 4) === 0) return isAnswer ? 'Answer' : null;
  const labels: string[] = [];
  let at = 12;
  let total = 0;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) return null;
    at += 1;
    if (length === 0) break;
    // A question has no pointers into what is before it: there is nothing before it.
    if (length > 63 || at + length > bytes.length) return null;
    total += length + 1;
    if (total > NAME_MAX) return null;
    labels.push(String.fromCharCode(...bytes.subarray(at, at + length)));
    at += length;
  }
  if (bytes.length < at + 2) return null;
  const kind = word(bytes, at);
  // Whatever is in a name, it stays one line of plain letters.
  const name = (labels.join('.') || '.').replace(/[^\x21-\x7e]/g, '?');
  const code = flags & 15;
  const outcome = !isAnswer
    ? ''
    : code === 0
      ? `, ${word(bytes, 6)} found`
      : code === 3
        ? ', no such name'
        : `, error ${code}`;
  return `${isAnswer ? 'Answer' : 'Question'}: ${kinds[kind] ?? `kind ${kind}`} ${name}${outcome}`;
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
