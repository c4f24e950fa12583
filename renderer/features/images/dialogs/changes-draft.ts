import { imageChangesSchema, type ImageChanges } from '@shared/images/customise.js';
import type { DraftFaults } from '../wizard/draft-faults.js';
import { linesOf, octal, wordsOf, type FileDraft } from '../wizard/image-draft.js';

/** What stands in the fields of the Customise dialog; what is not `has...` is left as it is. Holds no password. */
export interface ChangesDraft {
  hasRoot: boolean;
  root: 'none' | 'locked' | 'password';
  hasHostname: boolean;
  hostname: string;
  hasFiles: boolean;
  files: readonly FileDraft[];
  hasRemove: boolean;
  remove: string;
  hasModules: boolean;
  modulesOf: string;
  hasPackages: boolean;
  packages: string;
  hasRemovePackages: boolean;
  removePackages: string;
}

/** Nothing is changed. */
export const noChanges: ChangesDraft = {
  hasRoot: false,
  root: 'password',
  hasHostname: false,
  hostname: '',
  hasFiles: false,
  files: [{ from: '', to: '', mode: '' }],
  hasRemove: false,
  remove: '',
  hasModules: false,
  modulesOf: '',
  hasPackages: false,
  packages: '',
  hasRemovePackages: false,
  removePackages: '',
};

const texts: Readonly<Record<string, string>> = {
  hostname: 'Only a to z, 0 to 9 and -, not at its start or end, at most 63.',
  files: 'The whole path, starting with /.',
  remove: 'Whole paths, starting with /.',
  modulesOf: 'Choose a kernel.',
  packages: 'Whole paths of .deb files, starting with /.',
  removePackages: 'Names as Debian spells them.',
};

/** The changes that the fields make, what is wrong with them, and why they can't be made yet. */
export function changesOf(
  draft: ChangesDraft,
  password: string,
): { changes: ImageChanges; faults: DraftFaults; reason: string | null } {
  const input = {
    ...(draft.hasRoot ? { root: { kind: draft.root } } : {}),
    ...(draft.hasHostname ? { hostname: draft.hostname.trim() } : {}),
    ...(draft.hasFiles
      ? {
          files: draft.files.map(({ from, to, mode }) => ({
            from: from.trim(),
            to: to.trim(),
            mode: mode.trim() === '' ? null : octal(mode),
          })),
        }
      : {}),
    ...(draft.hasRemove ? { remove: linesOf(draft.remove) } : {}),
    ...(draft.hasModules ? { modulesOf: draft.modulesOf } : {}),
    ...(draft.hasPackages ? { packages: linesOf(draft.packages) } : {}),
    ...(draft.hasRemovePackages ? { removePackages: wordsOf(draft.removePackages) } : {}),
  };
  const parsed = imageChangesSchema.safeParse(input);
  const faults: Record<string, { step: 'contents'; text: string }> = {};
  for (const { path } of parsed.error?.issues ?? []) {
    const part = String(path[0]);
    const isFile = part === 'files';
    faults[isFile ? path.join('.') : part] ??= {
      step: 'contents',
      text: path.at(-1) === 'mode' ? 'Octal, such as 644.' : (texts[part] ?? 'Not right yet.'),
    };
  }
  const lists = ['files', 'remove', 'packages', 'removePackages'] as const;
  const empty = lists.find((name) => input[name]?.length === 0);
  const reason =
    Object.keys(input).length === 0
      ? 'Tick what is to be changed.'
      : empty !== undefined
        ? 'Something that is ticked is empty.'
        : draft.hasRoot && draft.root === 'password' && password === ''
          ? 'Type the password.'
          : (Object.values(faults)[0]?.text ?? null);
  return { changes: parsed.data ?? {}, faults, reason };
}
