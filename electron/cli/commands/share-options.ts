import { resolve } from 'node:path';
import { shareNameFor, shareNameSchema, type Share } from '@shared/vms/share.js';
import { UsageError } from '../usage.js';

/** Options of `paddock vm set` about folders for its guest. */
export const shareOptions = {
  share: { type: 'string', multiple: true },
  'no-share': { type: 'string', multiple: true },
} as const;

/** The shares with what they say; null when they say nothing. One of a name that is there takes its place. */
export function changedShares(
  { share = [], 'no-share': gone = [] }: { share?: string[]; 'no-share'?: string[] },
  before: readonly Share[],
): Share[] | null {
  if (share.length + gone.length === 0) return null;
  for (const name of gone)
    if (!before.some((one) => one.name === name))
      throw new UsageError(`--no-share ${name}: it has no shared folder of that name`);
  let list = before.filter(({ name }) => !gone.includes(name));
  for (const word of share) {
    const made = namedShare(word, list);
    list = [...list.filter(({ name }) => name !== made.name), made];
  }
  return list;
}

/** PATH[:ro|:rw][,name=N] */
function namedShare(word: string, others: readonly Share[]): Share {
  const [, place = '', wanted] = /^(.*?)(?:,name=([^,]*))?$/s.exec(word) ?? [];
  const [, path = '', mode = 'ro'] = /^(.*?)(?::(ro|rw))?$/s.exec(place) ?? [];
  if (path === '')
    throw new UsageError(`--share ${word}: a folder comes first, as in --share ~/work:rw,name=work`);
  const full = resolve(path);
  const known = others.find((one) => one.path === full)?.name;
  const name =
    wanted ??
    known ??
    shareNameFor(
      full,
      others.map((one) => one.name),
    );
  if (!shareNameSchema.safeParse(name).success)
    throw new UsageError(
      `--share ${word}: a name is made of letters, digits, dots, dashes and underscores, 32 at most`,
    );
  return { name, path: full, readOnly: mode === 'ro' };
}
