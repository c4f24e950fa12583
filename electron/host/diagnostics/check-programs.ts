import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { byCommand, type Check } from './diagnostics.js';

/** Programs that belong together, the packages that bring them, and what is lost without. */
interface ProgramGroup {
  id: string;
  title: string;
  programs: Readonly<Record<string, string>>;
  without: string;
}

const groups: readonly ProgramGroup[] = [
  {
    id: 'disk-tools',
    title: 'Disk tools',
    programs: { mke2fs: 'e2fsprogs', uml_moo: 'uml-utilities' },
    without: 'Images can’t be made or layers merged.',
  },
  {
    id: 'tiny-parts',
    title: 'Tiny Linux',
    // As root mke2fs alone does it; asked for all the same, so that a report reads alike.
    programs: { busybox: 'busybox-static', ...(process.getuid?.() === 0 ? {} : { fakeroot: 'fakeroot' }) },
    without: 'The tiny image can’t be made.',
  },
  {
    id: 'image-tools',
    title: 'Image tools',
    programs: { mmdebstrap: 'mmdebstrap', 'qemu-img': 'qemu-utils' },
    without: 'Debian images can’t be made, nor disks of other formats taken in.',
  },
  {
    id: 'network-tools',
    title: 'Network tools',
    programs: {
      ip: 'iproute2',
      nft: 'nftables',
      dnsmasq: 'dnsmasq-base',
      slirp4netns: 'slirp4netns',
      vde_switch: 'vde2',
      vde_plug: 'vdeplug',
    },
    without: 'Switches and the way into the internet can’t be made.',
  },
];

/** One check for each group of programs. */
export const programChecks: readonly Check[] = groups.map(({ id, title, programs, without }) => ({
  id,
  title,
  applies: () => true,
  check: async () => {
    const missing: string[] = [];
    for (const program of Object.keys(programs)) if (!(await isInstalled(program))) missing.push(program);
    if (missing.length === 0) return { level: 'ok', text: Object.keys(programs).join(', '), fixes: [] };
    const packages = [...new Set(missing.map((program) => programs[program]))].join(' ');
    return {
      level: 'warn',
      text: `${inWords(missing)} ${missing.length === 1 ? 'is' : 'are'} not installed. ${without}`,
      fixes: byCommand(`Install ${missing.length === 1 ? 'it' : 'them'}, as root`, `apt install ${packages}`),
    };
  },
  fixes: {},
}));

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** True when a program is where Paddock looks for one: in PATH and in the folders of the system. */
export async function isInstalled(program: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  for (const folder of folders) {
    const there = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return true;
  }
  return false;
}
