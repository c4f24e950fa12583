import { z } from 'zod';
import { folderPathSchema, type Boot } from './boot.js';

/** The folder that all hostfs mounts of a guest with shares start from, as its confined kernel sees it. */
export const SHARES_FOLDER = '/shares';
/** More than anybody tends; keeps the words before a kernel's argv short. */
export const SHARES_MAX = 16;

/** What a share is called in the guest: a folder below /mnt, and a word of a mount option. */
export const shareNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/);

/** A folder of this computer that a guest is given. */
export const shareSchema = z.strictObject({
  name: shareNameSchema,
  path: folderPathSchema,
  /** Kept by a read-only mount outside the guest. */
  readOnly: z.boolean(),
});
export type Share = z.infer<typeof shareSchema>;

/** The shares of a machine, each name once. */
export const sharesSchema = z
  .array(shareSchema)
  .max(SHARES_MAX)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'each name only once');

/** What a person should know before giving a guest a folder (the HowTo's hostfs chapter, and docs/decisions/0034). */
export const SHARES_WARNING =
  'Whoever is root in the guest reads all of these folders, and in writable ones can change and delete every file as you, also leave programs and links there that you might run or follow later. Of your other files it sees none.';
/** And what goes wrong without anybody meaning harm (the HowTo's "Hostfs caveats"). */
export const SHARES_CAVEAT =
  'A guest doesn’t notice when a file that it has open is changed on this computer: don’t write the same file from both sides.';

/** A name for a folder that nobody gave one, different from those that are taken. */
export function shareNameFor(path: string, taken: readonly string[]): string {
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const plain = last
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 28);
  const base = plain === '' ? 'share' : plain;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(name)) return name;
  }
}

/** Where guest tools mount it. */
export const shareMountPoint = ({ name }: Pick<Share, 'name'>): string => `/mnt/${name}`;

/** The folder as a mount option: from the guest's hostfs root on, which for a folder as root is that folder. */
function hostfsPath(name: string, root: Boot['root']): string {
  return root.kind === 'disk' ? name : `..${SHARES_FOLDER}/${name}`;
}

/** The line to type in a guest without guest tools. */
export function shareMountLine(share: Share, { root }: Pick<Boot, 'root'>): string {
  const point = shareMountPoint(share);
  return `mkdir -p ${point} && mount -t hostfs -o ${mountOptions(share, root)} none ${point}`;
}

/** Programs that change their user stay what they are: a file of yours looks like root's to the guest. */
function mountOptions({ name, readOnly }: Share, root: Boot['root'], key = ''): string {
  return `${readOnly ? 'ro,' : ''}nosuid,nodev,${key}${hostfsPath(name, root)}`;
}

/**
 * What guest tools run at each start of the guest; says `NAME mounted` or `NAME not mounted: WHY` for each. From Linux
 * 6.12 on a mount(8) that uses the new system calls must say `hostfs=` before the path, which earlier ones don't know.
 */
export function mountSharesScript(shares: readonly Share[], { root }: Pick<Boot, 'root'>): string {
  const lines = shares.map(
    (share) =>
      `one ${share.name} ${shareMountPoint(share)} ${mountOptions(share, root)} ${mountOptions(share, root, 'hostfs=')}`,
  );
  return `one() {
  if grep -q " $2 hostfs " /proc/mounts; then echo "$1 mounted"; return; fi
  grep -qw hostfs /proc/filesystems || modprobe hostfs 2>/dev/null
  if why=$(mkdir -p "$2" 2>&1) && { mount -t hostfs -o "$4" none "$2" 2>/dev/null || why=$(mount -t hostfs -o "$3" none "$2" 2>&1); }
  then echo "$1 mounted"
  else echo "$1 not mounted: $(echo "$why" | head -n 1)"
  fi
}
${lines.join('\n')}
`;
}

/** What became of each share, as that script says; what a guest makes up is left out. */
export function parseMounted(said: string, shares: readonly Share[]): { name: string; why: string | null }[] {
  const lines = said.split('\n');
  return shares.flatMap(({ name }): { name: string; why: string | null }[] => {
    if (lines.includes(`${name} mounted`)) return [{ name, why: null }];
    const no = `${name} not mounted: `;
    const why = lines.find((line) => line.startsWith(no))?.slice(no.length, no.length + 200);
    return why === undefined ? [] : [{ name, why }];
  });
}

/** A share for people. */
export const shareText = ({ name, path, readOnly }: Share): string =>
  `${name}: ${path}, ${readOnly ? 'read-only' : 'writable'}`;
