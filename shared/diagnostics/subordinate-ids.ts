/** What newuidmap wants at least for an image with all its users. */
const RANGE = 65_536;
/** Where adduser begins to give ranges away (login.defs(5), SUB_UID_MIN). */
const FIRST = 100_000;

/** A line of /etc/subuid or /etc/subgid (subuid(5)): owner:first:count. */
interface IdRange {
  owner: string;
  first: number;
  count: number;
}

function parseRanges(file: string): IdRange[] {
  return file.split('\n').flatMap((line) => {
    const [, owner, first, count] = /^([^:#]+):(\d+):(\d+)$/.exec(line.trim()) ?? [];
    return owner === undefined ? [] : [{ owner, first: Number(first), count: Number(count) }];
  });
}

/** True when a file of ranges gives enough ids to one of these names of the same user (name or number). */
export function hasRange(file: string, owners: readonly string[]): boolean {
  return parseRanges(file).some(({ owner, count }) => owners.includes(owner) && count >= RANGE);
}

/** The first range of the right size, as `first-last`, that overlaps none in these files. */
export function freeRange(files: readonly string[]): string {
  const taken = files.flatMap(parseRanges).sort((a, b) => a.first - b.first);
  let first = FIRST;
  for (const range of taken)
    if (range.first < first + RANGE) first = Math.max(first, range.first + range.count);
  return `${first}-${first + RANGE - 1}`;
}
