/** Something that users of UML want in a kernel. */
export interface BuildOption {
  group: BuildOptionGroup;
  title: string;
  /** One sentence. */
  about: string;
  /** Options that are set with it, without CONFIG_; `X=n` takes one out. */
  sets: readonly string[];
  /** Set as well where the tree has them and the rest lets them: names that came or went with versions. */
  setsIfKnown?: readonly string[];
  /** Options of this list that it is nothing without. */
  needs?: readonly string[];
  /** Options of this list that it can't be with. */
  not?: readonly string[];
  /** It needs memory protection. */
  needsMmu?: true;
}

/** Headings that the options are listed under. */
export const buildOptionGroups = [
  'The machine',
  'Networks',
  'File systems',
  'Debugging',
  'Tests',
  'Size and speed',
] as const;
export type BuildOptionGroup = (typeof buildOptionGroups)[number];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** What is offered when a kernel is built; the names are those of arch/um/Kconfig, arch/um/drivers/Kconfig, lib/Kconfig.debug. */
export const buildOptions = {
  machine: {
    group: 'The machine',
    title: 'What machines of Paddock need',
    about:
      'Disks, consoles, the management console, ext4, and what the programs of a guest take for granted.',
    sets: words(`
      64BIT PRINTK BUG MULTIUSER FUTEX EPOLL SIGNALFD TIMERFD EVENTFD SHMEM AIO ADVISE_SYSCALLS
      MEMBARRIER POSIX_TIMERS FILE_LOCKING FHANDLE SYSVIPC IKCONFIG IKCONFIG_PROC KALLSYMS
      BINFMT_ELF BINFMT_SCRIPT BLOCK BLK_DEV BLK_DEV_UBD BLK_DEV_INITRD EXT4_FS PROC_FS
      PROC_SYSCTL SYSFS TMPFS DEVTMPFS DEVTMPFS_MOUNT INOTIFY_USER TTY UNIX98_PTYS STDERR_CONSOLE
      SSL NULL_CHAN PTY_CHAN TTY_CHAN MCONSOLE MAGIC_SYSRQ HIGH_RES_TIMERS NO_HZ_IDLE NET UNIX
      INET PACKET NETDEVICES
    `),
    setsIfKnown: ['UML_RANDOM', 'HW_RANDOM'],
  },
  systemd: {
    group: 'The machine',
    title: 'Whole distributions',
    about: 'Control groups, namespaces and the like, which systemd wants.',
    sets: words(`
      CGROUPS CGROUP_PIDS MEMCG CGROUP_SCHED NAMESPACES USER_NS PID_NS NET_NS AUTOFS_FS
      TMPFS_POSIX_ACL TMPFS_XATTR SECCOMP SECCOMP_FILTER FANOTIFY BPF_SYSCALL
    `),
    needsMmu: true,
  },
  hostfs: {
    group: 'The machine',
    title: 'Files of this computer (hostfs)',
    about: 'Folders of this computer can be mounted in the guest, or be its root.',
    sets: ['HOSTFS'],
  },
  modules: {
    group: 'The machine',
    title: 'Loadable modules',
    about: 'Parts that are set to m are kept with the kernel, and images can be given them.',
    sets: ['MODULES', 'MODULE_UNLOAD'],
  },
  seccomp: {
    group: 'The machine',
    title: 'Seccomp in the guest',
    about:
      'Guest programs can confine themselves; UML’s own seccomp mode needs no option, kernels from 6.16 on have it.',
    sets: ['SECCOMP', 'SECCOMP_FILTER'],
    needsMmu: true,
  },
  smp: {
    group: 'The machine',
    title: 'Several processors (SMP)',
    about: 'The guest can have more than one processor (ncpus=); kernels from 6.19 on have it.',
    sets: ['SMP'],
    needsMmu: true,
  },
  'time-travel': {
    group: 'The machine',
    title: 'Time travel',
    about: 'The guest’s clock can be made to jump over all waiting, for tests of what takes long.',
    // Its clock would make that benchmark last for ever (arch/um/Kconfig).
    sets: ['UML_TIME_TRAVEL_SUPPORT', 'RAID6_PQ_BENCHMARK=n'],
    not: ['smp'],
  },
  'virtio-uml': {
    group: 'The machine',
    title: 'vhost-user devices (virtio_uml)',
    about: 'Devices that another program of this computer plays, over a socket.',
    sets: ['VIRTIO_UML'],
  },
  'vector-net': {
    group: 'Networks',
    title: 'Fast network cards (vec0 …)',
    about: 'The cards that Paddock’s networks use.',
    sets: ['UML_NET_VECTOR'],
    setsIfKnown: ['UML_NET'],
    not: ['static'],
  },
  ipv6: { group: 'Networks', title: 'IPv6', about: 'IPv6 in the guest.', sets: ['IPV6'] },
  bridge: {
    group: 'Networks',
    title: 'Bridges, VLANs and taps',
    about: 'The guest can be a switch, or hold tunnels of its own.',
    sets: ['BRIDGE', 'VLAN_8021Q', 'NET_CORE', 'TUN'],
  },
  netfilter: {
    group: 'Networks',
    title: 'Firewall (nftables)',
    about: 'Filters and address translation in the guest.',
    sets: words(`
      NETFILTER NETFILTER_ADVANCED NF_CONNTRACK NF_NAT NF_TABLES NF_TABLES_IPV4 NFT_CT NFT_NAT NFT_MASQ
    `),
    setsIfKnown: ['NF_TABLES_IPV6', 'NF_TABLES_INET'],
  },
  overlay: {
    group: 'File systems',
    title: 'Overlays and SquashFS',
    about: 'Layers inside the guest, such as containers use.',
    sets: ['OVERLAY_FS', 'MISC_FILESYSTEMS', 'SQUASHFS', 'BLK_DEV_LOOP'],
  },
  'more-filesystems': {
    group: 'File systems',
    title: 'XFS, Btrfs, FAT, CD images',
    about: 'Disks of other kinds than ext4.',
    sets: ['XFS_FS', 'BTRFS_FS', 'VFAT_FS', 'ISO9660_FS', 'FUSE_FS'],
    needsMmu: true,
  },
  'debug-info': {
    group: 'Debugging',
    title: 'Debug information',
    about: 'gdb shows source lines and variables; the kernel gets some 60 MB larger.',
    sets: ['DEBUG_KERNEL', 'DEBUG_INFO', 'DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT'],
  },
  'frame-pointers': {
    group: 'Debugging',
    title: 'Frame pointers',
    about: 'Backtraces are whole, also those of the guest’s own panics.',
    sets: ['DEBUG_KERNEL', 'FRAME_POINTER'],
  },
  'gdb-scripts': {
    group: 'Debugging',
    title: 'gdb scripts',
    about: 'The commands lx-ps, lx-dmesg, lx-symbols and others in gdb.',
    sets: ['GDB_SCRIPTS'],
    needs: ['debug-info'],
  },
  kasan: {
    group: 'Debugging',
    title: 'Bad memory accesses (KASAN)',
    about: 'Reports uses of freed memory and of memory out of bounds; slower, and wants more memory.',
    sets: ['KASAN', 'KASAN_GENERIC', 'STACKTRACE', 'DEBUG_KERNEL'],
    setsIfKnown: ['KASAN_VMALLOC'],
    needsMmu: true,
    not: ['static'],
  },
  kmemleak: {
    group: 'Debugging',
    title: 'Lost memory (kmemleak)',
    about: 'Lists memory that nobody points to any more.',
    sets: ['DEBUG_KERNEL', 'DEBUG_FS', 'DEBUG_KMEMLEAK'],
  },
  lockdep: {
    group: 'Debugging',
    title: 'Lock checks (lockdep)',
    about: 'Reports locks that are taken in an order that can hang.',
    sets: ['DEBUG_KERNEL', 'PROVE_LOCKING'],
    setsIfKnown: ['DEBUG_ATOMIC_SLEEP'],
  },
  ubsan: {
    group: 'Debugging',
    title: 'Undefined behaviour (UBSAN)',
    about: 'Reports shifts and array accesses that C leaves undefined.',
    sets: ['UBSAN', 'UBSAN_BOUNDS', 'UBSAN_SHIFT'],
  },
  ftrace: {
    group: 'Debugging',
    title: 'Tracing (ftrace)',
    about: 'Trace events of the guest’s kernel.',
    sets: ['DEBUG_KERNEL', 'DEBUG_FS', 'FTRACE', 'ENABLE_DEFAULT_TRACERS'],
  },
  kcov: {
    group: 'Debugging',
    title: 'Coverage for fuzzers (KCOV)',
    about: 'Which code a system call went through, for syzkaller and the like.',
    sets: ['DEBUG_FS', 'KCOV'],
  },
  gcov: {
    group: 'Debugging',
    title: 'Coverage of tests (gcov)',
    about: 'How often each line ran.',
    sets: ['DEBUG_KERNEL', 'DEBUG_FS', 'GCOV_KERNEL'],
  },
  kunit: {
    group: 'Tests',
    title: 'KUnit',
    about: 'Unit tests inside the kernel, with its example and its tests of itself and of lists.',
    sets: [
      'DEBUG_KERNEL',
      'RUNTIME_TESTING_MENU',
      'KUNIT',
      'KUNIT_EXAMPLE_TEST',
      'KUNIT_TEST',
      'LIST_KUNIT_TEST',
    ],
    setsIfKnown: ['DEBUG_FS', 'KUNIT_DEBUGFS', 'KUNIT_DEFAULT_ENABLED'],
  },
  'kunit-all': {
    group: 'Tests',
    title: 'All KUnit tests',
    about: 'All tests of what is built into this kernel.',
    sets: ['KUNIT_ALL_TESTS'],
    needs: ['kunit'],
  },
  small: {
    group: 'Size and speed',
    title: 'Small',
    about: 'The compiler makes it small rather than fast.',
    sets: ['CC_OPTIMIZE_FOR_SIZE'],
    not: ['fast'],
  },
  fast: {
    group: 'Size and speed',
    title: 'Fast',
    about: 'The compiler makes it fast rather than small.',
    sets: ['CC_OPTIMIZE_FOR_PERFORMANCE', 'CC_OPTIMIZE_FOR_SIZE=n'],
    not: ['small'],
  },
  static: {
    group: 'Size and speed',
    title: 'Without a C library (static)',
    about: 'It runs on computers with any C library, but without the fast network cards.',
    sets: ['STATIC_LINK'],
    not: ['vector-net', 'kasan'],
  },
} as const satisfies Record<string, BuildOption>;

export type BuildOptionId = keyof typeof buildOptions;
export const buildOptionIds = Object.keys(buildOptions) as [BuildOptionId, ...BuildOptionId[]];

/** What most people want. */
export const usualBuildOptions: readonly BuildOptionId[] = ['machine', 'hostfs', 'vector-net', 'debug-info'];

/** What of the list is asked for and can't be: one sentence each. */
export function optionConflicts(chosen: readonly BuildOptionId[], isNommu: boolean): string[] {
  const has = new Set<string>(chosen);
  const titleOf = (id: string): string => buildOptions[id as BuildOptionId].title;
  return chosen.flatMap((id) => {
    const { title, needs = [], not = [], needsMmu }: BuildOption = buildOptions[id];
    return [
      ...needs
        .filter((other) => !has.has(other))
        .map((other) => `${title} is nothing without ${titleOf(other)}.`),
      // Said once for two that exclude each other.
      ...not
        .filter((other) => has.has(other) && (other > id || !excludes(other, id)))
        .map((other) => `${title} can’t be together with ${titleOf(other)}.`),
      ...(needsMmu === true && isNommu
        ? [`${title} needs memory protection, which this kernel is without.`]
        : []),
    ];
  });
}

function excludes(id: string, other: string): boolean {
  const { not = [] }: BuildOption = buildOptions[id as BuildOptionId];
  return not.includes(other);
}
