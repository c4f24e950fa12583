import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findCompiler, needsWideXstate } from './native.mjs';
import { findProgram } from './programs.mjs';
import { lastLines, SetupError } from './progress.mjs';

/** What machines need, and the program that shows it is there on a system without dpkg. */
const machineParts = {
  'user-mode-linux': 'linux.uml',
  'uml-utilities': 'uml_moo',
  e2fsprogs: 'mke2fs',
  'busybox-static': 'busybox',
  fakeroot: 'fakeroot',
};

/** Libraries Electron is linked with; each brings the rest along. */
const electronLibraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libnotify4',
  'libatspi2.0-0',
  'libsecret-1-0',
];

const virtualDisplay = { xvfb: 'Xvfb', xauth: 'xauth' };
/**
 * The tests ask `ps` what really runs; Python holds locks and terminals for them, as a program not of ours; bases of
 * xfs, and qemu-img to measure against; images are made by the tools that a person who makes images has.
 */
const testTools = {
  procps: 'ps',
  python3: 'python3',
  xfsprogs: 'mkfs.xfs',
  fdisk: 'sfdisk',
  'qemu-utils': 'qemu-img',
  'btrfs-progs': 'mkfs.btrfs',
  mmdebstrap: 'mmdebstrap',
  'libcap2-bin': 'getcap',
  debootstrap: 'debootstrap',
  iproute2: 'ip',
  nftables: 'nft',
  slirp4netns: 'slirp4netns',
  'dnsmasq-base': 'dnsmasq',
  slirp: 'slirp-fullbolt',
  tcpdump: 'tcpdump',
  vde2: 'vde_switch',
  'vde-wirefilter': 'wirefilter',
  vdeplug: 'vde_plug',
  'libvdeplug-slirp': 'libvdeplug_slirp.so',
  fakechroot: 'fakechroot',
  uidmap: 'newuidmap',
  zstd: 'zstd',
  'xz-utils': 'xz',
  cpio: 'cpio',
  gcc: 'cc',
  openssl: 'openssl',
  gdb: 'gdb',
  strace: 'strace',
  binutils: 'addr2line',
};

/** The packages for a purpose: names of Debian 12. `compiler`: one is needed and isn't there (native.mjs). */
export function packagesFor(purpose, env, compiler = false) {
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  return [
    ...Object.keys(machineParts),
    ...electronLibraries,
    ...(purpose !== 'start' || !hasDisplay ? Object.keys(virtualDisplay) : []),
    ...(purpose === 'test' ? Object.keys(testTools) : []),
    ...(compiler ? ['tcc'] : []),
  ];
}

/** Debian 13 and Ubuntu 24.04 renamed libraries in the move to 64-bit time. */
export function namesOf(packageName) {
  return packageName.startsWith('lib') ? [packageName, `${packageName}t64`] : [packageName];
}

/** The wanted packages of which `dpkg-query -W -f '${db:Status-Status} ${Package}\n'` lists no name as installed. */
export function missingFrom(wanted, listing) {
  const installed = new Set(
    listing
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  return wanted.filter((name) => !namesOf(name).some((alias) => installed.has(alias)));
}

/** The name of each package this release knows, from `apt-cache policy`; the plain one when apt has no lists yet. */
export function namesKnownTo(wanted, policy) {
  const known = new Set();
  let current;
  for (const line of policy.split('\n')) {
    const heading = /^(\S+):$/.exec(line);
    if (heading) current = heading[1];
    else if (/^\s+Candidate: (?!\(none\))/.test(line)) known.add(current);
  }
  return wanted.map((name) => namesOf(name).find((alias) => known.has(alias)) ?? name);
}

/** Installs what is missing when root; else tells the one command that does. */
export function installDebianPackages({
  purpose,
  progress,
  env = process.env,
  isRoot = process.getuid() === 0,
}) {
  const wanted = packagesFor(purpose, env, needsWideXstate() && findCompiler(env) === undefined);
  const query = spawnSync(
    'dpkg-query',
    ['-W', '-f', '${db:Status-Status} ${Package}\n', ...wanted.flatMap(namesOf)],
    {
      encoding: 'utf8',
    },
  );
  if (query.error) return checkPrograms(wanted, env);
  const missing = missingFrom(wanted, query.stdout);
  if (missing.length === 0) return;

  if (!isRoot) {
    throw new SetupError(
      `these Debian packages are missing. Install them, then run the same command again:\n\n` +
        `  sudo apt-get install -y --no-install-recommends ${aptNames(missing).join(' ')}\n`,
    );
  }
  const log = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'paddock-apt-')), 'apt.log');
  progress.step(`installing Debian packages (${missing.join(' ')})`, () => {
    apt(['update'], log);
    apt(['install', '-y', '--no-install-recommends', ...aptNames(missing)], log);
  });
  fs.rmSync(path.dirname(log), { recursive: true });
}

function aptNames(missing) {
  const policy = spawnSync('apt-cache', ['policy', ...missing.flatMap(namesOf)], {
    encoding: 'utf8',
    // The headings of apt-cache are translated.
    env: { ...process.env, LC_ALL: 'C' },
  });
  return namesKnownTo(missing, policy.stdout ?? '');
}

function apt(args, log) {
  const out = fs.openSync(log, 'a');
  // Another apt, often the nightly one, may hold the lock for a while.
  const all = ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args];
  const run = spawnSync('apt-get', all, {
    stdio: ['ignore', out, out],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
  fs.closeSync(out);
  if (run.status === 0) return;
  throw new SetupError(
    `apt-get ${args.join(' ')} failed; the end of ${log}:\n${lastLines(fs.readFileSync(log, 'utf8'))}`,
  );
}

/** Not a Debian: nothing can be installed from here, but the programs may be there under other package names. */
function checkPrograms(wanted, env) {
  const programs = { ...machineParts, ...virtualDisplay, ...testTools };
  const absent = wanted.filter((name) => name in programs && !findProgram(programs[name], env));
  if (absent.length === 0) return;
  const list = absent.map((name) => `${programs[name]} (Debian: ${name})`).join(', ');
  throw new SetupError(
    `this is no Debian, so please install these programs yourself, they are not in PATH: ${list}.`,
  );
}
