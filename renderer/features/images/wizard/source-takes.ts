import type { ImageDraft } from './image-draft.js';

/** Parts of a recipe that not every source can take. */
export type RecipePart =
  'packages' | 'timezone' | 'locale' | 'modules' | 'quickStart' | 'filesystem' | 'guestTools' | 'sshKeys';

/** Why a source can't take a part of a recipe; null when it can. */
export function reasonAgainstPart(
  part: RecipePart,
  { kind, init }: Pick<ImageDraft, 'kind' | 'init'>,
): string | null {
  const isBusyBox = kind === 'tiny' || kind === 'nommu';
  switch (part) {
    case 'packages':
      if (kind === 'debian') return null;
      return kind === 'tiny'
        ? 'A tiny Linux has no packages: it is BusyBox alone.'
        : 'Only a Debian that is built here has packages added. Local ones can be added later, by Customise.';
    case 'timezone':
      return isBusyBox ? 'BusyBox keeps to UTC: it has no time zones.' : null;
    case 'locale':
      return isBusyBox ? 'BusyBox knows no locales.' : null;
    case 'modules':
      return kind === 'nommu' ? 'Kernels without an MMU have all that they need built in.' : null;
    case 'quickStart':
      if (kind === 'tiny' || kind === 'nommu') return 'There is nothing slow in it.';
      return kind === 'debian' && init !== 'systemd'
        ? 'It is for systemd, and this one starts otherwise.'
        : null;
    case 'filesystem':
      return kind === 'disk' ? 'The disk keeps the file system that it has.' : null;
    case 'guestTools':
      return kind === 'tiny' ? 'A tiny Linux always has them.' : null;
    case 'sshKeys':
      return isBusyBox ? 'There is no SSH server in it that would ask for them.' : null;
  }
}
