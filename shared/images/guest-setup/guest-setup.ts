import type { Recipe } from '../recipe.js';
import { rootFile, type TreePut } from '../tree-edits.js';
import { accountPuts } from './accounts.js';
import { initKind, type GuestFacts, type InitKind } from './guest-facts.js';
import { busyboxPuts, systemdPuts, sysvinitPuts, type InitWants } from './inits.js';
import { networkPuts } from './network.js';
import { openrcInitPuts, openrcPuts } from './openrc.js';

/** Where a tree that has no init of its own is given BusyBox. */
export const ADDED_BUSYBOX = 'usr/lib/paddock/busybox';

/** What is done to a tree so that it boots as its recipe says. */
export interface GuestSetup {
  put: TreePut[];
  remove: string[];
  /** What was added, and what could not be done. */
  notes: string[];
  init: InitKind;
  /** It must be given BusyBox as ADDED_BUSYBOX. */
  needsBusybox: boolean;
}

/** The line of fstab for the root file system; never checked at boot, which under UML only fails (facts A2). */
export function fstab(filesystem: Recipe['disk']['filesystem'], device = '/dev/ubda'): string {
  const options = {
    ext4: 'defaults,noatime,discard',
    xfs: 'defaults,noatime,discard',
    btrfs: 'defaults,noatime,discard=async',
  };
  return `${device} / ${filesystem} ${options[filesystem]} 0 0\n`;
}

/** Everything that a recipe changes in a tree. Pure: what is in the tree comes as facts. */
export function guestSetup(
  facts: GuestFacts,
  recipe: Recipe,
  imageName: string,
  hashes: Readonly<Record<string, string>>,
): GuestSetup {
  const { contents, access, disk } = recipe;
  const notes: string[] = [];
  let init = initKind(facts);
  const isTiny = recipe.source.kind === 'tiny';
  const wantsBusybox = recipe.source.kind === 'debian' && recipe.source.init === 'busybox';
  const needsBusybox = init === 'none' || wantsBusybox;
  if (needsBusybox) {
    if (!wantsBusybox) notes.push('It had no init: BusyBox of this computer was added as one.');
    init = 'busybox';
  }
  const network = networkPuts(facts, init, contents.network);
  const accounts = accountPuts(facts, access, hashes);
  const canHaveTools = facts.real['usr/bin/stty'] !== null || facts.real['bin/stty'] !== null || needsBusybox;
  const wants: InitWants = {
    consoles: contents.consoles,
    quickStart: contents.quickStart,
    hasNetwork: contents.network !== null,
    guestTools: contents.guestTools && canHaveTools,
    hasAgetty: facts.real['sbin/agetty'] !== null,
  };
  if (contents.guestTools && !canHaveTools)
    notes.push('Guest tools were left out: the guest has no stty, which they need.');
  const hostname = contents.hostname ?? imageName;
  const put: TreePut[] = [
    rootFile('etc/fstab', fstab(disk.filesystem)),
    ...accounts.puts,
    ...network.puts,
    ...['proc', 'sys', 'dev', 'run', 'mnt'].map((path): TreePut => ({
      kind: 'folder',
      path,
      mode: 0o755,
      uid: 0,
      gid: 0,
    })),
    { kind: 'folder', path: 'tmp', mode: 0o1777, uid: 0, gid: 0 },
    { kind: 'folder', path: 'root', mode: 0o700, uid: 0, gid: 0 },
  ];
  const remove: string[] = [];
  // A tiny machine is called as its machine unless somebody chose a name for the image.
  if (!isTiny || contents.hostname !== null) {
    put.push(
      rootFile('etc/hostname', `${hostname}\n`),
      rootFile('etc/hosts', hostsWith(facts.texts['etc/hosts'], hostname)),
    );
    if (isTiny) put.push(rootFile('etc/hostname.keep', ''));
  }
  if (contents.timezone !== 'Etc/UTC' || facts.hasZone) {
    put.push(rootFile('etc/timezone', `${contents.timezone}\n`));
    if (facts.hasZone)
      put.push({ kind: 'link', path: 'etc/localtime', target: `/usr/share/zoneinfo/${contents.timezone}` });
    else notes.push(`The time zone ${contents.timezone} is not in the guest’s tzdata; it stays at UTC.`);
  }
  if (!isTiny) put.push(rootFile('etc/default/locale', `LANG=${contents.locale}\n`));
  notes.push(...network.notes, ...accounts.notes);

  if (needsBusybox) {
    const busybox = `/${ADDED_BUSYBOX}`;
    put.push({ kind: 'link', path: 'sbin/init', target: busybox });
    for (const name of ['poweroff', 'reboot', 'halt'])
      put.push({ kind: 'link', path: `usr/sbin/${name}`, target: busybox });
    if (facts.real['bin/sh'] === null) {
      put.push({ kind: 'link', path: 'bin/sh', target: busybox });
      notes.push('It had no shell: BusyBox’s was added.');
    }
    if (facts.real['bin/login'] === null) put.push({ kind: 'link', path: 'bin/login', target: busybox });
    put.push(...busyboxPuts(busybox, network.script, wants));
  } else if (isTiny) {
    if (network.script.length > 0) put.push(rootFile('etc/network.sh', `${network.script.join('\n')}\n`));
  } else if (init === 'systemd') {
    const own = systemdPuts(wants);
    put.push(...own.puts);
    remove.push(...own.remove);
  } else if (init === 'sysvinit') put.push(...sysvinitPuts(facts.texts['etc/inittab'] ?? '', wants));
  else if (init === 'openrc' || init === 'openrc-init') {
    const own = (init === 'openrc' ? openrcPuts : openrcInitPuts)(facts, wants);
    put.push(...own.puts);
    notes.push(...own.notes);
  } else if (init === 'busybox') put.push(...busyboxPuts('/bin/busybox', network.script, wants));
  else notes.push('Paddock doesn’t know how its init starts logins: its consoles are as they were.');
  return { put, remove, notes, init, needsBusybox };
}

function hostsWith(text: string | null, hostname: string): string {
  const kept = (text ?? '127.0.0.1 localhost\n::1 localhost\n')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('127.0.1.1'));
  return `${[...kept, `127.0.1.1 ${hostname}`].join('\n')}\n`;
}
