import { describe, expect, it } from 'vitest';
import { missingFrom, namesKnownTo, packagesFor } from './debian-packages.mjs';

describe('Debian packages', () => {
  it('asks for a virtual display only when it will be used', () => {
    expect(packagesFor('start', { DISPLAY: ':0' })).not.toContain('xvfb');
    expect(packagesFor('start', {})).toContain('xvfb');
    expect(packagesFor('test', { DISPLAY: ':0' })).toContain('xvfb');
  });

  it('takes either name of a renamed library, and only when it is installed', () => {
    const listing =
      'installed fakeroot\ninstalled libgtk-3-0t64\nnot-installed libnss3\nconfig-files e2fsprogs\n';
    expect(missingFrom(['fakeroot', 'libgtk-3-0', 'libnss3', 'e2fsprogs', 'xvfb'], listing)).toEqual([
      'libnss3',
      'e2fsprogs',
      'xvfb',
    ]);
  });

  it('installs the name this release knows', () => {
    const policy = [
      'libgtk-3-0:',
      '  Installed: (none)',
      '  Candidate: (none)',
      'libgtk-3-0t64:',
      '  Candidate: 3.24',
      'libnss3:',
      '  Candidate: 2:3.87',
    ].join('\n');
    expect(namesKnownTo(['libgtk-3-0', 'libnss3', 'xvfb'], policy)).toEqual([
      'libgtk-3-0t64',
      'libnss3',
      'xvfb',
    ]);
  });
});
