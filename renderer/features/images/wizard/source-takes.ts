import type { RecipeSource } from '@shared/images/recipe.js';

/** What of a source decides. */
export interface SourceChoice {
  kind: RecipeSource['kind'];
  init: Extract<RecipeSource, { kind: 'debian' }>['init'];
}

/** Parts of a recipe that not every source can take. */
export type RecipePart =
  | 'hostname'
  | 'packages'
  | 'files'
  | 'timezone'
  | 'locale'
  | 'modules'
  | 'network'
  | 'consoles'
  | 'quickStart'
  | 'guestTools'
  | 'filesystem'
  | 'passwords'
  | 'sshKeys';

/** What is said of a disk, of which nothing is changed while it is taken. */
export const DISK_AS_IT_IS =
  'A disk is taken as it is, with what is in it. Customise the image afterwards: its password, hostname, files and packages.';

/** Why a source can't take a part of a recipe; null when it can. */
export function reasonAgainstPart(part: RecipePart, { kind, init }: SourceChoice): string | null {
  if (kind === 'disk') return DISK_AS_IT_IS;
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
      if (isBusyBox) return 'There is nothing slow in it.';
      return kind === 'debian' && init !== 'systemd'
        ? 'It is for systemd, and this one starts otherwise.'
        : null;
    case 'guestTools':
      return kind === 'tiny' ? 'A tiny Linux always has them.' : null;
    case 'sshKeys':
      return isBusyBox ? 'There is no SSH server in it that would ask for them.' : null;
    case 'hostname':
    case 'files':
    case 'network':
    case 'consoles':
    case 'filesystem':
    case 'passwords':
      return null;
  }
}
