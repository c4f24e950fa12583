import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRequest, parseNotification, parseReply } from './mconsole-protocol.js';

const words = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);
const join = (head: Uint8Array, text: string): Uint8Array =>
  Uint8Array.from([...head, ...new TextEncoder().encode(text)]);

test('a request is magic, version 2, length and the command; one too long is refused here', () => {
  const request = encodeRequest('version');
  expect([...new Uint32Array(request.slice(0, 12).buffer)]).toEqual([0xcafebabe, 2, 7]);
  expect(new TextDecoder().decode(request.subarray(12))).toBe('version');
  expect(() => encodeRequest('x'.repeat(512))).toThrow(RangeError);
  expect(encodeRequest('x'.repeat(511))).toHaveLength(523);
});

const reply = (datagram: Uint8Array): unknown => {
  const { err, more, bytes } = parseReply(datagram) ?? {};
  return { err, more, text: new TextDecoder().decode(bytes) };
};

test('a reply loses exactly one NUL, keeps its errno, and tells of more', () => {
  expect(reply(join(words(0, 1, 6), 'hello\0'))).toEqual({ err: 0, more: true, text: 'hello' });
  expect(reply(join(words(-22, 0, 3), 'no\0'))).toEqual({ err: -22, more: false, text: 'no' });
  expect(reply(join(words(0, 0, 0), ''))).toEqual({ err: 0, more: false, text: '' });
  expect(parseReply(new Uint8Array(11))).toBeNull();
  // A length that lies is not followed out of the datagram.
  expect(reply(join(words(0, 0, 4000), 'ab\0'))).toEqual({ err: 0, more: false, text: 'ab' });
});

test('notifications of each kind; anything else is nobody’s', () => {
  const notify = (type: number, text: string): Uint8Array =>
    join(words(0xcafebabe | 0, 2, type, text.length), text);
  expect(parseNotification(notify(0, '/run/uml/x/mconsole\0'))).toEqual({
    kind: 'socket',
    path: '/run/uml/x/mconsole',
  });
  expect(parseNotification(notify(1, 'boom\0'))).toEqual({ kind: 'panic', text: 'boom' });
  expect(parseNotification(notify(3, 'hi\n'))).toEqual({ kind: 'user', text: 'hi\n' });
  expect(parseNotification(notify(9, 'x'))).toBeNull();
  expect(parseNotification(notify(-1, 'x'))).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void parseNotification(bytes)));
});
