import { z } from 'zod';
import type { KernelConfig } from './kernel-config.js';

/** What a kernel says of one thing: it is built in, it is a module, it isn't there, or the kernel doesn't tell. */
export const answerSchema = z.enum(['yes', 'module', 'no', 'unknown']);
export type Answer = z.infer<typeof answerSchema>;

/** What abilities are told by. */
export interface KernelFacts {
  /** Null when the kernel printed no configuration. */
  config: KernelConfig | null;
  /** What `--help` printed; null when nothing. */
  help: string | null;
}

/** One thing that a kernel may be able to do. */
interface Ability {
  group: AbilityGroup;
  title: string;
  /** The option that it is built with, without CONFIG_. */
  option?: string;
  /** A word at the start of a line of `--help`. */
  help?: string;
  /** It needs memory protection besides, whatever the kernel says (facts/nommu 2). */
  needsMmu?: true;
}

/** Headings that abilities are listed under. */
export const abilityGroups = ['The machine', 'Consoles', 'Networks', 'File systems', 'Debugging'] as const;
export type AbilityGroup = (typeof abilityGroups)[number];

/**
 * All that Paddock asks a kernel about. Options are those of arch/um/Kconfig, arch/um/drivers/Kconfig and the rest of
 * the tree; words of `--help` are those of its __uml_help texts.
 */
export const abilities = {
  mmu: { group: 'The machine', title: 'Memory protection (MMU)', option: 'MMU' },
  mconsole: { group: 'The machine', title: 'Management console (mconsole)', option: 'MCONSOLE' },
  ubd: { group: 'The machine', title: 'Disks from files (ubd)', option: 'BLK_DEV_UBD' },
  hostfs: { group: 'The machine', title: 'Files of this computer (hostfs)', option: 'HOSTFS' },
  initrd: { group: 'The machine', title: 'Initial ramdisk', option: 'BLK_DEV_INITRD' },
  modules: { group: 'The machine', title: 'Loadable modules', option: 'MODULES' },
  seccomp: { group: 'The machine', title: 'Seccomp mode (seccomp=)', help: 'seccomp=', needsMmu: true },
  smp: { group: 'The machine', title: 'Several processors (ncpus=)', option: 'SMP', help: 'ncpus=' },
  'time-travel': {
    group: 'The machine',
    title: 'Time travel (time-travel)',
    option: 'UML_TIME_TRAVEL_SUPPORT',
  },
  hugepages: { group: 'The machine', title: 'Huge pages', option: 'TRANSPARENT_HUGEPAGE' },
  'virtio-uml': { group: 'The machine', title: 'vhost-user devices (virtio_uml)', option: 'VIRTIO_UML' },
  swap: { group: 'The machine', title: 'Swap', option: 'SWAP' },
  ssl: { group: 'Consoles', title: 'Serial lines (ssl0 …)', option: 'SSL' },
  'channel-null': { group: 'Consoles', title: 'Nowhere (null)', option: 'NULL_CHAN' },
  'channel-port': { group: 'Consoles', title: 'A TCP port (port)', option: 'PORT_CHAN' },
  'channel-pty': { group: 'Consoles', title: 'Pseudo terminals (pty, pts)', option: 'PTY_CHAN' },
  'channel-tty': { group: 'Consoles', title: 'A terminal (tty)', option: 'TTY_CHAN' },
  'channel-xterm': { group: 'Consoles', title: 'A terminal window (xterm)', option: 'XTERM_CHAN' },
  'net-vector': { group: 'Networks', title: 'Fast cards (vec0 …)', option: 'UML_NET_VECTOR' },
  'net-legacy': { group: 'Networks', title: 'Old cards (eth0 …)', help: 'eth[0-9]+=' },
  ipv6: { group: 'Networks', title: 'IPv6', option: 'IPV6' },
  bridge: { group: 'Networks', title: 'Bridges', option: 'BRIDGE' },
  vlan: { group: 'Networks', title: 'VLANs', option: 'VLAN_8021Q' },
  tun: { group: 'Networks', title: 'Taps in the guest', option: 'TUN' },
  netfilter: { group: 'Networks', title: 'Firewall (nftables)', option: 'NF_TABLES' },
  ext4: { group: 'File systems', title: 'ext4', option: 'EXT4_FS' },
  xfs: { group: 'File systems', title: 'XFS', option: 'XFS_FS' },
  btrfs: { group: 'File systems', title: 'Btrfs', option: 'BTRFS_FS' },
  overlay: { group: 'File systems', title: 'Overlays', option: 'OVERLAY_FS' },
  squashfs: { group: 'File systems', title: 'SquashFS', option: 'SQUASHFS' },
  iso9660: { group: 'File systems', title: 'CD images (ISO 9660)', option: 'ISO9660_FS' },
  vfat: { group: 'File systems', title: 'FAT', option: 'VFAT_FS' },
  fuse: { group: 'File systems', title: 'FUSE', option: 'FUSE_FS' },
  nfs: { group: 'File systems', title: 'NFS client', option: 'NFS_FS' },
  'debug-info': { group: 'Debugging', title: 'Debug information', option: 'DEBUG_INFO' },
  'gdb-scripts': { group: 'Debugging', title: 'gdb scripts', option: 'GDB_SCRIPTS' },
  kasan: { group: 'Debugging', title: 'Bad memory accesses (KASAN)', option: 'KASAN' },
  kunit: { group: 'Debugging', title: 'Unit tests (KUnit)', option: 'KUNIT' },
  kcov: { group: 'Debugging', title: 'Coverage for fuzzers (KCOV)', option: 'KCOV' },
  lockdep: { group: 'Debugging', title: 'Lock checks (lockdep)', option: 'PROVE_LOCKING' },
  ftrace: { group: 'Debugging', title: 'Tracing (ftrace)', option: 'FTRACE' },
  sysrq: { group: 'Debugging', title: 'Sysrq', option: 'MAGIC_SYSRQ' },
} as const satisfies Record<string, Ability>;

export type AbilityId = keyof typeof abilities;
export const abilityIds = Object.keys(abilities) as [AbilityId, ...AbilityId[]];

/** A kernel's answers. */
export type Answers = Readonly<Record<AbilityId, Answer>>;

/** What a kernel of these facts can do. */
export function kernelAnswers(facts: KernelFacts): Answers {
  const of = (id: AbilityId): [AbilityId, Answer] => [id, answerOf(abilities[id], facts)];
  return Object.fromEntries(abilityIds.map(of)) as Record<AbilityId, Answer>;
}

function answerOf({ option, help, needsMmu }: Ability, facts: KernelFacts): Answer {
  if (needsMmu === true && optionAnswer('MMU', facts) === 'no') return 'no';
  // Debian's --help lists what its kernel was not built with, and the other way round: what is known by both needs both.
  const said = [
    ...(option === undefined ? [] : [optionAnswer(option, facts)]),
    ...(help === undefined ? [] : [helpAnswer(help, facts)]),
  ];
  return (['no', 'unknown', 'module'] as const).find((answer) => said.includes(answer)) ?? 'yes';
}

function optionAnswer(option: string, { config }: KernelFacts): Answer {
  if (config === null) return 'unknown';
  const value = config.get(`CONFIG_${option}`);
  return value === 'y' ? 'yes' : value === 'm' ? 'module' : 'no';
}

function helpAnswer(word: string, { help }: KernelFacts): Answer {
  if (help === null) return 'unknown';
  return help.split('\n').some((line) => line.startsWith(word)) ? 'yes' : 'no';
}

/** Why an answer is as it is, as one sentence; '' for a plain yes. */
export function whyAnswer(id: AbilityId, answer: Answer, all: Answers): string {
  const { option, help, needsMmu }: Ability = abilities[id];
  if (answer === 'yes') return '';
  if (answer === 'module')
    return `It is a module (CONFIG_${option}=m): the image needs this kernel’s modules.`;
  if (answer === 'unknown')
    return option === undefined
      ? 'This kernel prints no help to tell it by.'
      : 'This kernel doesn’t print its configuration.';
  if (needsMmu === true && all.mmu === 'no')
    return 'A kernel without memory protection crashes with it, although its help lists it.';
  return option === undefined
    ? `Its help has no ${help}: it came with a newer kernel, or was left out.`
    : `Built without CONFIG_${option}.`;
}

/** One thing that two kernels don't have alike. */
export interface AbilityChange {
  id: AbilityId;
  before: Answer;
  after: Answer;
}

/** What a machine that goes from one kernel to another wins, loses, or finds in another way. */
export function abilityChanges(before: Answers, after: Answers): AbilityChange[] {
  return abilityIds
    .filter((id) => before[id] !== after[id])
    .map((id) => ({ id, before: before[id], after: after[id] }));
}

const words: Readonly<Record<Answer, string>> = {
  yes: 'built in',
  module: 'a module',
  no: 'not there',
  unknown: 'not told',
};

/** A change in words: "Seccomp mode (seccomp=): not there, then built in". */
export function abilityChangeText({ id, before, after }: AbilityChange): string {
  return `${abilities[id].title}: ${words[before]}, then ${words[after]}`;
}
