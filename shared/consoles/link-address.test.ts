import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimsOther, findAddresses, openableAddress } from './link-address.js';

const found = (line: string): string[] => findAddresses(line).map(({ address }) => address);

test.each([
  ['see https://kernel.org/doc.', ['https://kernel.org/doc']],
  ['(https://en.wikipedia.org/wiki/UML_(kernel))', ['https://en.wikipedia.org/wiki/UML_(kernel)']],
  ['<a href="http://a.example/?b=c&d=e">', ['http://a.example/?b=c&d=e']],
  ['https://a.example, https://b.example!', ['https://a.example', 'https://b.example']],
  ['mail to mailto:root@example.org', ['mailto:root@example.org']],
  ['javascript:alert(1) file:///etc/passwd ftp://x data:text/html,x', []],
  ['https:// http://', []],
  ['[1](https://a.example/x)', ['https://a.example/x']],
  ['HTTPS://A.EXAMPLE/Ä', ['HTTPS://A.EXAMPLE/Ä']],
])('%s', (line, expected) => {
  expect(found(line)).toEqual(expected);
});

test.each([
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,<script>',
  'vbscript:x',
  'ssh://-oProxyCommand=x/',
  'paddock://app/',
  'chrome://gpu',
  'http:///',
  ' \u0001javascript:x',
  `https://a.example/${'x'.repeat(3000)}`,
  '//a.example',
  '',
])('%j is never opened', (text) => {
  expect(openableAddress(text)).toBeNull();
});

test('what an address hides is said', () => {
  expect(openableAddress('https://kernel.org/')).toEqual({
    href: 'https://kernel.org/',
    host: 'kernel.org',
    warnings: [],
  });
  // The first letter is a Cyrillic one.
  expect(openableAddress('https://\u0430pple.com/')).toMatchObject({
    host: 'xn--pple-43d.com',
    warnings: ['other-letters'],
  });
  expect(openableAddress('https://kernel.org@evil.example/')).toMatchObject({
    host: 'evil.example',
    warnings: ['user-part'],
  });
  expect(openableAddress('https://a.example/\u202egpj.exe')?.warnings).toEqual(['hidden-characters']);
  expect(claimsOther('https://kernel.org', 'evil.example')).toBe(true);
  expect(claimsOther('https://kernel.org/x', 'kernel.org')).toBe(false);
  expect(claimsOther('click here', 'evil.example')).toBe(false);
});

test('whatever comes, what is opened is ASCII of a known scheme', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' })), (text) => {
      const address = openableAddress(text);
      if (address) expect(address.href).toMatch(/^(?:https?:\/\/|mailto:)[!-~ ]*$/);
      for (const { at, length, address: one } of findAddresses(text))
        expect(text.slice(at, at + length)).toBe(one);
    }),
  );
});
