import type { Password, RecipeAccess } from '../recipe.js';
import { rootFile, type TreePut } from '../tree-edits.js';
import type { GuestFacts } from './guest-facts.js';

/** Days since 1970 that stand for "changed long ago": a date of today would make two builds of one recipe differ. */
const LAST_CHANGE = '19000';
const FIRST_USER_ID = 1000;

/** The second field of a line of /etc/shadow (shadow(5)). */
export function shadowField(
  password: Password,
  hashes: Readonly<Record<string, string>>,
  user: string,
): string {
  switch (password.kind) {
    case 'none':
      return '';
    case 'locked':
      return '!';
    case 'hash':
      return password.hash;
    case 'password':
      return (Object.hasOwn(hashes, user) ? hashes[user] : undefined) ?? '!';
  }
}

/** Lines of a file of accounts with one replaced or added; others stay as they are, whatever is in them. */
export function withAccount(text: string, name: string, line: string): string {
  const lines = text.split('\n').filter((one) => one !== '');
  const at = lines.findIndex((one) => one.startsWith(`${name}:`));
  if (at < 0) lines.push(line);
  else lines[at] = line;
  return `${lines.join('\n')}\n`;
}

/** /etc/shadow with another password for somebody; made anew where there is none. */
export function withPassword(shadow: string, user: string, field: string): string {
  const before = shadow.split('\n').find((line) => line.startsWith(`${user}:`));
  const [, , ...rest] = before?.split(':') ?? [];
  const others = rest.length > 0 ? rest : [LAST_CHANGE, '0', '99999', '7', '', '', ''];
  return withAccount(shadow, user, [user, field, ...others].join(':'));
}

/** Adds a member to a group, if the group is there and hasn't got it. */
export function withMember(group: string, name: string, member: string): string {
  return group
    .split('\n')
    .map((line) => {
      const [found, password, id, members = ''] = line.split(':');
      if (found !== name || id === undefined) return line;
      const list = members.split(',').filter((one) => one !== '');
      return [found, password, id, [...new Set([...list, member])].join(',')].join(':');
    })
    .join('\n');
}

/** Accounts, passwords and keys of a recipe. `hashes`: what was made of the passwords that were asked for. */
export function accountPuts(
  facts: GuestFacts,
  access: RecipeAccess,
  hashes: Readonly<Record<string, string>>,
): { puts: TreePut[]; notes: string[] } {
  const notes: string[] = [];
  const puts: TreePut[] = [];
  const shell = facts.real['bin/bash'] !== null ? '/bin/bash' : '/bin/sh';
  let passwd = facts.texts['etc/passwd'] ?? '';
  let shadow = facts.texts['etc/shadow'] ?? '';
  let group = facts.texts['etc/group'] ?? '';
  if (!/^root:/m.test(passwd)) {
    passwd = withAccount(passwd, 'root', `root:x:0:0:root:/root:${shell}`);
    notes.push('It had no account called root: one was added.');
  }
  // Where passwords stand in passwd itself they would win over shadow's.
  passwd = passwd.replace(/^root:[^:]*:/m, 'root:x:');
  if (!/^root:/m.test(group)) group = withAccount(group, 'root', 'root:x:0:');
  shadow = withPassword(shadow, 'root', shadowField(access.root, hashes, 'root'));

  const taken = new Set([...passwd.matchAll(/^[^:\n]*:[^:\n]*:(\d+):/gm)].map(([, id]) => Number(id)));
  for (const [, id] of group.matchAll(/^[^:\n]*:[^:\n]*:(\d+):/gm)) taken.add(Number(id));
  let next = FIRST_USER_ID;
  for (const user of access.users) {
    const line = passwd.split('\n').find((one) => one.startsWith(`${user.name}:`));
    const [, , ownId, ownGroup, , ownHome] = line?.split(':') ?? [];
    while (taken.has(next)) next += 1;
    const id = ownId === undefined ? next : Number(ownId);
    const gid = ownGroup === undefined ? id : Number(ownGroup);
    const home = ownHome !== undefined && ownHome.startsWith('/') ? ownHome : `/home/${user.name}`;
    taken.add(id);
    if (line === undefined) {
      passwd = withAccount(passwd, user.name, `${user.name}:x:${id}:${gid}:${user.name}:${home}:${shell}`);
      group = withAccount(group, user.name, `${user.name}:x:${gid}:`);
      puts.push({ kind: 'folder', path: home.slice(1), mode: 0o755, uid: id, gid });
    }
    shadow = withPassword(shadow, user.name, shadowField(user.password, hashes, user.name));
    if (user.admin) {
      const admins = ['sudo', 'wheel'].find((name) => new RegExp(`^${name}:`, 'm').test(group));
      if (admins) group = withMember(group, admins, user.name);
      else notes.push(`${user.name} can’t become root by sudo: the guest has no group sudo or wheel.`);
    }
  }
  puts.push(
    rootFile('etc/passwd', passwd),
    rootFile('etc/shadow', shadow, 0o640),
    rootFile('etc/group', group),
  );
  if (access.sshKeys.length > 0) {
    puts.push(
      { kind: 'folder', path: 'root/.ssh', mode: 0o700, uid: 0, gid: 0 },
      rootFile('root/.ssh/authorized_keys', `${access.sshKeys.join('\n')}\n`, 0o600),
    );
    if (facts.real['usr/sbin/sshd'] === null)
      notes.push('The keys are in place, but the guest has no SSH server to use them.');
  }
  return { puts, notes };
}
