import {
  recipeSchema,
  type Password,
  type Recipe,
  type RecipeInput,
  type RecipeSource,
} from '@shared/images/recipe.js';
import { reasonAgainstPart, type RecipePart } from './source-takes.js';

/** Kinds of source, in the order in which they are offered. */
export type SourceKind = RecipeSource['kind'];
type DebianSource = Extract<RecipeSource, { kind: 'debian' }>;
/** Who may come in with what, as far as the wizard offers it. */
export type PasswordKind = 'none' | 'locked' | 'password' | 'hash';

/** A file to copy in, as typed. */
export interface FileDraft {
  from: string;
  to: string;
  /** Permissions in octal, '' for as here. */
  mode: string;
}

/** A user to make, as typed; the password itself is not here. */
export interface UserDraft {
  name: string;
  password: PasswordKind;
  hash: string;
  admin: boolean;
}

/** What stands in the fields of the image wizard, as typed. Holds no password. */
export interface ImageDraft {
  name: string;
  /** The name was typed, and doesn't follow the source any more. */
  isNamed: boolean;
  title: string;
  notes: string;
  kind: SourceKind;
  suite: string;
  variant: DebianSource['variant'];
  init: DebianSource['init'];
  /** '' for the usual one. */
  mirror: string;
  tool: DebianSource['tool'];
  treePath: string;
  diskPath: string;
  nommuPath: string;
  /** '' for the image's name. */
  hostname: string;
  packages: string;
  files: readonly FileDraft[];
  timezone: string;
  locale: string;
  /** Path of a kernel, '' for none. */
  modulesOf: string;
  network: 'none' | 'vec0' | 'eth0';
  addressing: 'dhcp' | 'fixed';
  address: string;
  prefix: string;
  gateway: string;
  dns: string;
  consoles: string;
  quickStart: boolean;
  guestTools: boolean;
  filesystem: 'ext4' | 'xfs' | 'btrfs';
  /** In MB, '' for what it needs. */
  size: string;
  label: string;
  root: PasswordKind;
  rootHash: string;
  /** One a line. */
  sshKeys: string;
  users: readonly UserDraft[];
}

/** The fields of a new wizard: a tiny Linux, as most people want it. */
export const newImageDraft: ImageDraft = draftOf(
  recipeSchema.parse({ version: 1, name: 'tiny-linux', title: 'Tiny Linux', source: { kind: 'tiny' } }),
);

/** The fields that make a recipe. */
export function draftOf(recipe: Recipe): ImageDraft {
  const { source, contents, access, disk } = recipe;
  const debian: DebianSource =
    source.kind === 'debian'
      ? source
      : {
          kind: 'debian',
          suite: 'bookworm',
          variant: 'minbase',
          init: 'systemd',
          mirror: null,
          tool: 'mmdebstrap',
        };
  const ipv4 = contents.network?.ipv4;
  const fixed = ipv4?.kind === 'fixed' ? ipv4 : null;
  return {
    name: recipe.name,
    isNamed: false,
    title: recipe.title,
    notes: recipe.notes,
    kind: source.kind,
    suite: debian.suite,
    variant: debian.variant,
    init: debian.init,
    mirror: debian.mirror ?? '',
    tool: debian.tool,
    treePath: source.kind === 'tree' ? source.path : '',
    diskPath: source.kind === 'disk' ? source.path : '',
    nommuPath: source.kind === 'nommu' ? source.path : '',
    hostname: contents.hostname ?? '',
    packages: contents.packages.join(' '),
    files: contents.files.map(({ from, to, mode }) => ({
      from,
      to,
      mode: mode === null ? '' : mode.toString(8),
    })),
    timezone: contents.timezone,
    locale: contents.locale,
    modulesOf: contents.modulesOf ?? '',
    network: contents.network?.device ?? 'none',
    addressing: ipv4?.kind ?? 'dhcp',
    address: fixed?.address ?? '',
    prefix: String(fixed?.prefix ?? 24),
    gateway: fixed?.gateway ?? '',
    dns: fixed?.dns.join(' ') ?? '',
    consoles: String(contents.consoles),
    quickStart: contents.quickStart,
    guestTools: contents.guestTools,
    filesystem: disk.filesystem,
    size: disk.sizeMiB === null ? '' : String(disk.sizeMiB),
    label: disk.label ?? '',
    root: access.root.kind,
    rootHash: access.root.kind === 'hash' ? access.root.hash : '',
    sshKeys: access.sshKeys.join('\n'),
    users: access.users.map(({ name, password, admin }) => ({
      name,
      password: password.kind,
      hash: password.kind === 'hash' ? password.hash : '',
      admin,
    })),
  };
}

/** Words with anything between them that isn't part of a word. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

/** Lines with something on them. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function passwordOf(kind: PasswordKind, hash: string): Password {
  return kind === 'hash' ? { kind, hash } : { kind };
}

function sourceOf(draft: ImageDraft): RecipeInput['source'] {
  switch (draft.kind) {
    case 'tiny':
      return { kind: 'tiny' };
    case 'debian':
      return {
        kind: 'debian',
        suite: draft.suite.trim(),
        variant: draft.variant,
        init: draft.init,
        mirror: draft.mirror.trim() === '' ? null : draft.mirror.trim(),
        tool: draft.tool,
      };
    case 'tree':
      return { kind: 'tree', path: draft.treePath.trim() };
    case 'disk':
      return { kind: 'disk', path: draft.diskPath.trim() };
    case 'nommu':
      return { kind: 'nommu', path: draft.nommuPath.trim() };
  }
}

function networkOf(draft: ImageDraft): NonNullable<RecipeInput['contents']>['network'] {
  if (draft.network === 'none') return null;
  if (draft.addressing === 'dhcp') return { device: draft.network, ipv4: { kind: 'dhcp' } };
  return {
    device: draft.network,
    ipv4: {
      kind: 'fixed',
      address: draft.address.trim(),
      prefix: Number(draft.prefix),
      gateway: draft.gateway.trim() === '' ? null : draft.gateway.trim(),
      dns: wordsOf(draft.dns),
    },
  };
}

/** The recipe that the fields make, not yet looked at. What its source can't take is left out of it. */
export function recipeInputOf(draft: ImageDraft): RecipeInput {
  const takes = (part: RecipePart): boolean => reasonAgainstPart(part, draft) === null;
  return {
    version: 1,
    name: draft.name,
    title: draft.title.trim() === '' ? draft.name : draft.title.trim(),
    notes: draft.notes,
    source: sourceOf(draft),
    contents: {
      hostname: textOrNull(takes('hostname') ? draft.hostname : ''),
      ...(takes('timezone') ? { timezone: draft.timezone.trim() } : {}),
      ...(takes('locale') ? { locale: draft.locale.trim() } : {}),
      packages: takes('packages') ? wordsOf(draft.packages) : [],
      files: takes('files')
        ? draft.files.map(({ from, to, mode }) => ({
            from: from.trim(),
            to: to.trim(),
            mode: mode.trim() === '' ? null : octal(mode),
          }))
        : [],
      modulesOf: textOrNull(takes('modules') ? draft.modulesOf : ''),
      network: takes('network') ? networkOf(draft) : null,
      ...(takes('consoles') ? { consoles: Number(draft.consoles) } : {}),
      ...(takes('quickStart') ? { quickStart: draft.quickStart } : {}),
      ...(takes('guestTools') ? { guestTools: draft.guestTools } : {}),
    },
    access: takes('passwords')
      ? {
          root: passwordOf(draft.root, draft.rootHash.trim()),
          sshKeys: takes('sshKeys') ? linesOf(draft.sshKeys) : [],
          users: draft.users.map(({ name, password, hash, admin }) => ({
            name: name.trim(),
            password: passwordOf(password, hash),
            admin,
          })),
        }
      : {},
    disk: takes('filesystem')
      ? {
          filesystem: draft.filesystem,
          sizeMiB: draft.size.trim() === '' ? null : Number(draft.size),
          label: textOrNull(draft.label),
        }
      : {},
  };
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** An octal number as typed; NaN for anything else, which no schema takes. */
export function octal(text: string): number {
  return /^[0-7]{1,5}$/.test(text.trim()) ? Number.parseInt(text, 8) : Number.NaN;
}

/** The recipe that the fields make, or null while one of them is wrong. */
export function recipeOf(draft: ImageDraft): Recipe | null {
  return recipeSchema.safeParse(recipeInputOf(draft)).data ?? null;
}
