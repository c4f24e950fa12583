/** What a kernel was built with: `CONFIG_X` to its value (`y`, `m`, a number, a quoted text); what is not set is not there. */
export type KernelConfig = ReadonlyMap<string, string>;

/** A .config, or what `--showconfig` prints of one; null when there is no option in it. */
export function parseConfig(text: string): KernelConfig | null {
  const values = new Map<string, string>();
  // Whole lines only: CONFIG_MMU is not CONFIG_MMU_LAZY_TLB_REFCOUNT (facts/nommu 2).
  for (const [, name = '', value = ''] of text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)) values.set(name, value);
  return values.size === 0 ? null : values;
}
