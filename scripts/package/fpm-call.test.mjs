import { describe, expect, it } from 'vitest';
import { controlFile, readCall } from './fpm-call.mjs';

const options = {
  '-s': 'dir',
  '-t': 'deb',
  '--deb-compression': 'xz',
  '--architecture': 'amd64',
  '--after-install': '/tmp/a',
  '--after-remove': '/tmp/r',
  '--description': 'One line\n More about it\n\n the end',
  '--version': '0.1.0',
  '--package': '/out/p.deb',
  '--name': 'paddock',
  '--maintainer': 'Us <us@localhost>',
  '--url': 'https://paddock.invalid',
};
const depends = ['-d', 'libgtk-3-0 | libgtk-3-0t64', '-d', 'fakeroot'];
const content = ['/build/linux-unpacked/=/opt/Paddock', '/build/a=b.png=/usr/share/icons/a.png'];
const call = readCall(['--force', ...depends, ...Object.entries(options).flat(), ...content]);

describe('fpm call', () => {
  it('reads what electron-builder asks for', () => {
    expect(call.type).toBe('deb');
    expect(call.output).toBe('/out/p.deb');
    expect(call.scripts).toEqual({ postinst: '/tmp/a', postrm: '/tmp/r' });
    expect(call.content).toEqual([
      { from: '/build/linux-unpacked/', to: '/opt/Paddock' },
      { from: '/build/a=b.png', to: '/usr/share/icons/a.png' },
    ]);
  });

  it('writes a control file without the home page that does not exist', () => {
    expect(controlFile(call, '229384')).toBe(
      [
        'Package: paddock',
        'Version: 0.1.0',
        'Architecture: amd64',
        'Maintainer: Us <us@localhost>',
        'Installed-Size: 229384',
        'Depends: libgtk-3-0 | libgtk-3-0t64, fakeroot',
        'Section: misc',
        'Priority: optional',
        'Description: One line',
        ' More about it',
        ' .',
        ' the end',
        '',
      ].join('\n'),
    );
  });
});
