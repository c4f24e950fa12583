import { z } from 'zod';
import { imageNameSchema } from './image.js';
import { treePath } from './tree-index.js';

/** No control characters, so that a text can stand in a line of a file and in a log. */
const line = z
  .string()
  .max(400)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
const absolute = z
  .string()
  .startsWith('/')
  .max(4095)
  .refine((path) => !path.includes('\0'), 'no NUL');
/** As Debian spells packages (policy 5.6.7); nothing that a program could take for an option or a pattern. */
export const packageNameSchema = z.string().regex(/^[a-z0-9][a-z0-9+.-]{1,79}$/);
/** As a suite stands in a mirror: bookworm, trixie, sid, stable-backports. */
export const suiteSchema = z.string().regex(/^[a-z][a-z0-9.-]{1,39}$/);
export const mirrorSchema = z
  .string()
  .max(400)
  .regex(/^https?:\/\/[\w.:[\]-]+(\/[\w./~%+-]*)?$/);
/** A name of useradd(8), but for the one that no table of passwords by name can hold. */
export const userNameSchema = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
  .refine((name) => name !== '__proto__', 'another name');
export const hostNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const ipv4 = z.ipv4();

/** Who may come in with what. `password` is asked for when it is built; a recipe never holds one. */
export const passwordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('locked') }),
  z.strictObject({ kind: z.literal('password') }),
  /** As in /etc/shadow: crypt(5). */
  z.strictObject({
    kind: z.literal('hash'),
    hash: z.string().regex(/^\$[0-9a-z]{1,8}\$[./0-9A-Za-z$=,]{8,300}$/),
  }),
]);
export type Password = z.infer<typeof passwordSchema>;

const sshKey = line.regex(
  /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/=]+( .*)?$/,
);

/** Where an image comes from. */
export const recipeSourceSchema = z.discriminatedUnion('kind', [
  /** BusyBox of this computer; `modules`: with those of a kernel. */
  z.strictObject({ kind: z.literal('tiny') }),
  z.strictObject({
    kind: z.literal('debian'),
    suite: suiteSchema,
    /** What mmdebstrap calls variant: how much is in it. */
    variant: z.enum(['essential', 'apt', 'minbase', 'important', 'standard']),
    init: z.enum(['systemd', 'sysvinit', 'busybox']),
    /** null: the usual one of this computer. */
    mirror: mirrorSchema.nullable(),
    tool: z.enum(['mmdebstrap', 'debootstrap']).default('mmdebstrap'),
  }),
  /** A root file system: a tar, an OCI layout or `docker save`, an initramfs, told apart by looking. */
  z.strictObject({ kind: z.literal('tree'), path: absolute }),
  /** A disk in a format that qemu-img reads. */
  z.strictObject({ kind: z.literal('disk'), path: absolute }),
  /** An exported Alpine tree (a tar) for kernels without an MMU, booted by init=/sbin/init. */
  z.strictObject({ kind: z.literal('nommu'), path: absolute }),
]);
export type RecipeSource = z.infer<typeof recipeSourceSchema>;

/** The guest's network card and its address. */
export const guestNetworkSchema = z.strictObject({
  device: z.enum(['vec0', 'eth0']),
  ipv4: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('dhcp') }),
    z.strictObject({
      kind: z.literal('fixed'),
      address: ipv4,
      prefix: z.int().min(1).max(32),
      gateway: ipv4.nullable(),
      dns: z.array(ipv4).max(3),
    }),
  ]),
});
export type GuestNetwork = z.infer<typeof guestNetworkSchema>;

/** True for what can be the path of a file in the image. */
function isFilePath(path: string): boolean {
  if (
    path
      .slice(1)
      .split('/')
      .some((name) => name === '' || name === '.')
  )
    return false;
  try {
    return treePath(path) !== '';
  } catch {
    return false;
  }
}

/** A file of this computer that goes into the image. */
export const recipeFileSchema = z.strictObject({
  from: absolute,
  to: absolute.refine(isFilePath, 'a file’s path, without . and .., of names that a file system takes'),
  /** Permissions; null: as here. */
  mode: z.int().min(0).max(0o7777).nullable().default(null),
});

export const recipeContentsSchema = z.strictObject({
  /** null: the image's name. */
  hostname: hostNameSchema.nullable().default(null),
  /** A name of tzdata. */
  timezone: z
    .string()
    .max(60)
    .regex(/^[A-Za-z0-9_+/-]+$/)
    .default('Etc/UTC'),
  locale: z
    .string()
    .max(40)
    .regex(/^[A-Za-z0-9_.@-]+$/)
    .default('C.UTF-8'),
  /** Debian packages to install besides; only a Debian can have them. */
  packages: z.array(packageNameSchema).max(500).default([]),
  files: z.array(recipeFileSchema).max(200).default([]),
  /** Path of the kernel whose modules go in; null: none. */
  modulesOf: absolute.nullable().default(null),
  network: guestNetworkSchema.nullable().default(null),
  /** Consoles with a login: tty0 and so on. */
  consoles: z.int().min(1).max(16).default(2),
  /** Leaves out what costs a systemd guest most of its start under UML and does nothing there. */
  quickStart: z.boolean().default(true),
  guestTools: z.boolean().default(true),
});

export const recipeAccessSchema = z.strictObject({
  root: passwordSchema.default({ kind: 'none' }),
  sshKeys: z.array(sshKey).max(50).default([]),
  users: z
    .array(
      z.strictObject({ name: userNameSchema, password: passwordSchema, admin: z.boolean().default(false) }),
    )
    .max(50)
    .default([]),
});
export type RecipeAccess = z.infer<typeof recipeAccessSchema>;

export const recipeDiskSchema = z.strictObject({
  filesystem: z.enum(['ext4', 'xfs', 'btrfs']).default('ext4'),
  /** null: what it needs, and room to work. */
  sizeMiB: z
    .int()
    .min(8)
    .max(16 * 1024 * 1024)
    .nullable()
    .default(null),
  /** At most 12 bytes fit an xfs, 16 an ext4. */
  label: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,12}$/)
    .nullable()
    .default(null),
});
export type RecipeDisk = z.infer<typeof recipeDiskSchema>;

/** How to make an image, as data: saved, repeated, shared. Holds no password. Raise `version` with what an older Paddock can't read. */
export const recipeSchema = z.strictObject({
  version: z.literal(1),
  /** Name of the recipe, and of its image when nobody gives another. */
  name: imageNameSchema,
  title: line.min(1).max(80),
  notes: z.string().max(4000).default(''),
  source: recipeSourceSchema,
  contents: recipeContentsSchema.prefault({}),
  access: recipeAccessSchema.prefault({}),
  disk: recipeDiskSchema.prefault({}),
});
export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeInput = z.input<typeof recipeSchema>;

/** Passwords for those of a recipe that ask for one: by the user's name, `root` among them. Kept nowhere. */
export const secretsSchema = z.record(
  z.string().max(32),
  // What crypt(3) and a line of a console can take.
  z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]*$/u),
);
export type Secrets = z.infer<typeof secretsSchema>;

/** The users whose password is asked for. */
export function askedPasswords(recipe: Recipe): string[] {
  const { root, users } = recipe.access;
  return [
    ...(root.kind === 'password' ? ['root'] : []),
    ...users.filter(({ password }) => password.kind === 'password').map(({ name }) => name),
  ];
}

/** The password that was given for a user; a user may be called as what every object has. */
export function secretOf(secrets: Secrets, user: string): string | undefined {
  return Object.hasOwn(secrets, user) ? secrets[user] : undefined;
}
