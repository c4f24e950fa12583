/** A network card and the interface of this computer that it ends in. */
export interface CardTap {
  unit: number;
  tap: string;
}

/**
 * The interfaces of this computer that a UML's network cards end in, as its argv names them: `vecN:transport=tap,
 * ifname=X` (arch/um/drivers/vector_kern.c) and the older `ethN=tuntap,X`. What leads elsewhere (a switch, a socket,
 * slirp) can't be seen from the host.
 */
export function cardTaps(argv: readonly string[]): CardTap[] {
  const cards = argv.flatMap((word) => {
    const [, vectorUnit, options = ''] = /^vec(\d{1,3}):(.*)$/.exec(word) ?? [];
    if (vectorUnit !== undefined) {
      const parts = options.split(',');
      const names = parts.flatMap((part) => /^ifname=(.*)$/.exec(part)?.[1] ?? []);
      return parts.includes('transport=tap') ? names.map((tap) => ({ unit: Number(vectorUnit), tap })) : [];
    }
    const [, unit, tap] = /^eth(\d{1,3})=tuntap,([^,]*)/.exec(word) ?? [];
    return unit === undefined || tap === undefined ? [] : [{ unit: Number(unit), tap }];
  });
  const seen = new Set<string>();
  return cards.filter(({ tap }) => isInterfaceName(tap) && !seen.has(tap) && seen.add(tap));
}

/** As the kernel has it (dev_valid_name, net/core/dev.c), so it is also no way out of a folder. */
function isInterfaceName(name: string): boolean {
  return /^[^/:\s]{1,15}$/.test(name) && name !== '.' && name !== '..';
}
