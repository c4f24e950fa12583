import { failure, type Failure } from '../errors/paddock-error.js';
import type { Recipe, RecipeSource } from './recipe.js';

type Argv = [string, ...string[]];
export type DebianSource = Extract<RecipeSource, { kind: 'debian' }>;
/** How mmdebstrap becomes root for its tree: by user namespaces, by fakeroot, or being it (mmdebstrap(1), MODES). */
export type DebianMode = 'unshare' | 'fakeroot' | 'root';

/** The mirror that is meant when none is named. */
export const DEBIAN_MIRROR = 'http://deb.debian.org/debian';

const initPackages: Readonly<Record<DebianSource['init'], readonly string[]>> = {
  systemd: ['systemd-sysv', 'login', 'passwd'],
  sysvinit: ['sysvinit-core', 'login', 'passwd', 'mount'],
  busybox: ['login', 'passwd', 'mount'],
};

/** The packages that a recipe needs besides those of its variant, each once. */
export function debianPackages(recipe: Recipe, source: DebianSource): string[] {
  const { contents, access } = recipe;
  return [
    ...new Set([
      ...initPackages[source.init],
      // Guests are looked into with these; minbase has neither.
      'iproute2',
      'procps',
      ...(contents.network === null
        ? []
        : ['ifupdown', ...(contents.network.ipv4.kind === 'dhcp' ? ['isc-dhcp-client'] : [])]),
      ...(contents.timezone === 'Etc/UTC' ? [] : ['tzdata']),
      ...(needsLocale(recipe) ? ['locales'] : []),
      ...(contents.modulesOf === null ? [] : ['kmod']),
      ...(access.sshKeys.length > 0 ? ['openssh-server'] : []),
      ...(access.users.some(({ admin }) => admin) ? ['sudo'] : []),
      ...contents.packages,
    ]),
  ];
}

/** C.UTF-8, C and POSIX are in every libc; others must be made. */
function needsLocale({ contents }: Recipe): boolean {
  return !/^(C|POSIX)(\.|$)/.test(contents.locale);
}

/**
 * Makes the locale `$1` in a tree, if Debian knows it: locale-gen itself takes any name and says nothing. Has no single
 * quotes, so that it can stand in them.
 */
const LOCALE_SCRIPT =
  'while read -r name charset; do if [ "$name" = "$1" ]; then echo "$name $charset" > /etc/locale.gen; locale-gen; exit; fi; done < /usr/share/i18n/SUPPORTED; echo "E: no locale $1"; exit 1';

/** The argv that makes the tree in a folder by debootstrap, and those that make in it what debootstrap has no word for. */
export function debootstrapArgvs(recipe: Recipe, source: DebianSource, root: string): [Argv, ...Argv[]] {
  const { locale } = recipe.contents;
  return [
    [
      'debootstrap',
      ...(source.variant === 'minbase' ? ['--variant=minbase'] : []),
      `--include=${debianPackages(recipe, source).join(',')}`,
      source.suite,
      root,
      source.mirror ?? DEBIAN_MIRROR,
    ],
    ...(needsLocale(recipe)
      ? [['chroot', root, 'sh', '-ec', LOCALE_SCRIPT, 'sh', locale] satisfies Argv]
      : []),
  ];
}

/** The argv that makes the tree's tar, as mmdebstrap takes it. Nothing in it comes unchecked from a person. */
export function mmdebstrapArgv(recipe: Recipe, source: DebianSource, mode: DebianMode, target: string): Argv {
  const { locale } = recipe.contents;
  return [
    'mmdebstrap',
    '--verbose',
    `--mode=${mode}`,
    `--variant=${source.variant}`,
    '--format=tar',
    `--include=${debianPackages(recipe, source).join(',')}`,
    ...(needsLocale(recipe) ? [`--customize-hook=chroot "$1" sh -ec '${LOCALE_SCRIPT}' sh '${locale}'`] : []),
    source.suite,
    target,
    ...(source.mirror === null ? [] : [source.mirror]),
  ];
}

/** How far mmdebstrap or debootstrap is, from what it prints. */
export class DebianProgress {
  private packages = 0;
  private fetched = 0;
  private unpacked = 0;
  private configured = 0;
  private stage = '';

  /** Takes a line; true when something was learnt from it. */
  take(line: string): boolean {
    const newly = /^0 upgraded, (\d+) newly installed/.exec(line);
    if (newly) this.packages += Number(newly[1]);
    else if (
      /^Get:\d+ \S+ \S+ \S+ \S+ \S+ \S+ \[/.test(line) &&
      !/ (In)?Release( |$)| Packages \[/.test(line)
    )
      this.fetched += 1;
    else if (line.startsWith('Unpacking ')) this.unpacked += 1;
    else if (line.startsWith('Setting up ')) this.configured += 1;
    else if (line.startsWith('I: Retrieving ')) this.fetched += 1;
    else {
      const said = /^I: ([a-z][a-zA-Z ]+)\.\.\.$/.exec(line);
      if (!said) return false;
      this.stage = said[1] ?? '';
    }
    return true;
  }

  /** 0 to 1, null when nothing is known yet. Fetching, unpacking and setting up a package count the same. */
  get fraction(): number | null {
    if (this.packages === 0) return null;
    return Math.min(1, (this.fetched + this.unpacked + this.configured) / (3 * this.packages));
  }

  /** "setting up: 52 of 126 packages" */
  get detail(): string {
    const of = (n: number, what: string): string => `${what} ${n} of ${this.packages} packages`;
    if (this.packages === 0) return this.stage;
    if (this.configured > 0) return of(this.configured, 'set up');
    if (this.unpacked > 0) return of(this.unpacked, 'unpacked');
    return of(this.fetched, 'fetched');
  }
}

/** What is wrong when mmdebstrap or debootstrap failed, from what it printed; null when it says nothing known. */
export function debianFailure(lines: readonly string[], source: DebianSource): Failure | null {
  const said = lines.join('\n');
  const mirror = source.mirror ?? DEBIAN_MIRROR;
  const unknown = new Set(
    [
      ...said.matchAll(
        /^E: (?:Unable to locate package (\S+)|Package '(\S+)' has no installation candidate|Couldn't find these debs: (.+))$/gm,
      ),
    ].flatMap(([, ...names]) =>
      names.filter((name) => name !== undefined).flatMap((name) => name.split(' ')),
    ),
  );
  if (unknown.size > 0) return failure('packages-unknown', { packages: [...unknown].join(', ') });
  // Whoever runs it looks for that, in all programs alike.
  if (/No space left on device|You don't have enough free space/.test(said)) return null;
  const locale = /^E: no locale (\S+)$/m.exec(said)?.[1];
  if (locale !== undefined)
    return failure('recipe-needs', { what: `The locale ${locale}`, why: 'Debian has none of that name' });
  return mirrorFailure(said, { suite: source.suite, mirror });
}

/** What a program that read a suite's lists, or fetched from them, says of the mirror; null when nothing known. */
export function mirrorFailure(said: string, source: { suite: string; mirror: string }): Failure | null {
  if (
    /(does not have|no longer has) a Release file|404 +Not Found|Invalid Release file, no entry|^E: No such script: /m.test(
      said,
    )
  )
    return failure('suite-unknown', source);
  if (
    /Could not resolve|Temporary failure resolving|Could not connect|Connection (failed|refused|timed out)|Network is unreachable|Unable to connect|Failed to fetch|Failed getting release file/.test(
      said,
    )
  )
    return failure('mirror-unreachable', { mirror: source.mirror });
  return null;
}
