/**
 * The interfaces of this computer that a UML's network cards end in, as its argv names them: `vecN:transport=tap,
 * ifname=X` (arch/um/drivers/vector_kern.c) and the older `ethN=tuntap,X`. What leads elsewhere (a switch, a socket,
 * slirp) can't be seen from the host.
 */
export function tapNames(argv: readonly string[]): string[] {
  const names = argv.flatMap((word) => {
    const vector = /^vec\d+:(.*)$/.exec(word)?.[1]?.split(',');
    if (vector?.includes('transport=tap'))
      return vector.flatMap((part) => /^ifname=(.*)$/.exec(part)?.[1] ?? []);
    return /^eth\d+=tuntap,([^,]*)/.exec(word)?.[1] ?? [];
  });
  return [...new Set(names)].filter(isInterfaceName);
}

/** As the kernel has it (dev_valid_name, net/core/dev.c), so it is also no way out of a folder. */
function isInterfaceName(name: string): boolean {
  return /^[^/:\s]{1,15}$/.test(name) && name !== '.' && name !== '..';
}
