/** A setting of the host's kernel that forbids user namespaces. */
export interface NamespaceCause {
  setting: string;
  value: number;
  wanted: number;
}

/** Each by name, with what forbids and what would allow: Debian's own, the kernel's limit, Ubuntu's. */
const settings: readonly { setting: string; forbids: number; wanted: number }[] = [
  { setting: 'kernel.unprivileged_userns_clone', forbids: 0, wanted: 1 },
  { setting: 'user.max_user_namespaces', forbids: 0, wanted: 10_000 },
  { setting: 'kernel.apparmor_restrict_unprivileged_userns', forbids: 1, wanted: 0 },
];

/** Why a user namespace could not be made, from the kernel's settings; null when none of those is the cause. */
export function whatForbidsNamespaces(sysctl: (name: string) => number | null): NamespaceCause | null {
  for (const { setting, forbids, wanted } of settings) {
    const value = sysctl(setting);
    if (value === forbids) return { setting, value, wanted };
  }
  return null;
}
