import { expect, test } from 'vitest';
import { whatForbidsNamespaces } from './user-namespaces.js';

const causeOf = (settings: Record<string, number>) =>
  whatForbidsNamespaces((name) => settings[name] ?? null)?.setting ?? null;

test.each([
  [
    'Debian with its switch off',
    { 'kernel.unprivileged_userns_clone': 0 },
    'kernel.unprivileged_userns_clone',
  ],
  ['a limit of none', { 'user.max_user_namespaces': 0 }, 'user.max_user_namespaces'],
  [
    'Ubuntu 24.04',
    { 'user.max_user_namespaces': 9000, 'kernel.apparmor_restrict_unprivileged_userns': 1 },
    'kernel.apparmor_restrict_unprivileged_userns',
  ],
  ['all allowed', { 'kernel.unprivileged_userns_clone': 1, 'user.max_user_namespaces': 9000 }, null],
  ['a kernel without any of them', {}, null],
])('%s', (_name, settings, setting) => {
  expect(causeOf(settings)).toBe(setting);
});
