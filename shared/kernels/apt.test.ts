import { expect, test } from 'vitest';
import { aptConfig, aptFailure, aptFraction, aptSources } from './apt.js';

const source = { suite: 'sid', mirror: 'http://deb.debian.org/debian' };

test('nothing of this computer counts but how its network is reached; signatures always do', () => {
  const text = aptConfig('/data/new', ['Acquire::http::Proxy "http://proxy:3128";'], false);
  expect(text).toContain('Dir::Etc "/data/new/etc";');
  expect(text).toContain('Acquire::http::Proxy "http://proxy:3128";');
  expect(text).toContain('Acquire::AllowInsecureRepositories "false";');
  expect(text).not.toContain('Check-Valid-Until');
  expect(aptConfig('/data/new', [], true)).toContain('Acquire::Check-Valid-Until "false";');
  expect(aptSources(source)).toContain('Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg');
});

test.each([
  [
    'E: Release file for http://deb.debian.org/debian/dists/sid/InRelease is expired (invalid since 20d 17h 4min 31s). Updates for this repository will not be applied.',
    'mirror-stale',
  ],
  [
    "W: GPG error: http://x sid InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131",
    'mirror-unsigned',
  ],
  ["E: The repository 'http://x sid Release' is not signed.", 'mirror-unsigned'],
  ['E: Unable to locate package user-mode-linux', 'suite-without-kernel'],
  ["E: The repository 'http://x nosuch Release' does not have a Release file.", 'suite-unknown'],
  ['E: Failed to fetch http://x/a.deb  Hash Sum mismatch', 'mirror-broken'],
  ["Err:1 http://x sid InRelease\n  Could not resolve 'x'", 'mirror-unreachable'],
])('%s', (line, code) => {
  expect(aptFailure([line], source)?.error.code).toBe(code);
});

test('how far it is', () => {
  expect(aptFraction('dlstatus:1:20.5:Retrieving file 1 of 1 (3s remaining)')).toBeCloseTo(0.205);
  expect(aptFraction('Get:1 http://deb.debian.org/debian sid InRelease [193 kB]')).toBeNull();
});
