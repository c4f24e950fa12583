import { expect, test } from 'vitest';
import { LoginWatch } from './login-watch.js';

const sees = (...pieces: string[]): boolean[] => {
  const watch = new LoginWatch();
  return pieces.map((piece) => watch.sees('con0', Buffer.from(piece)));
};

test.each([
  [['Welcome.\r\n\r\ntiny login: '], [true]],
  [
    ['ti', 'ny lo', 'gin: '],
    [false, false, true],
  ],
  [['Debian GNU/Linux 12 debian tty0\n\ndebian login:'], [true]],
  [["tiny login: Virtual console 2 assigned device '/dev/pts/9'\r\n"], [true]],
  [
    ["tiny login: Virtual console 2 assigned device '/dev/pts/9'\r\nSerial line 0 assigned device 'x'"],
    [true],
  ],
  [["tiny login: Virtual console 2 assigned device '/dev/pts/9'\r\nx"], [false]],
  [['tiny login: root\r\n'], [false]],
  [['Last login: '], [false]],
  [['Starting login: getty\r\n'], [false]],
])('%j', (pieces, expected) => {
  expect(sees(...pieces)).toEqual(expected);
});

test('consoles are apart', () => {
  const watch = new LoginWatch();
  expect(watch.sees('con0', Buffer.from('tiny lo'))).toBe(false);
  expect(watch.sees('con1', Buffer.from('gin: '))).toBe(false);
});

test('a guest can’t keep the host busy with what it prints', () => {
  const line = `Serial line 1 assigned ${' '.repeat(30)}`;
  const startedAt = performance.now();
  expect(sees(`\nlogin: ${line.repeat(5)}\nx`)).toEqual([false]);
  expect(performance.now() - startedAt).toBeLessThan(100);
});
