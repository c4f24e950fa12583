import { expect, test } from 'vitest';
import { eventWords } from './event-words.js';

const at = '2026-11-21T08:00:00.000Z';

test('a change of state says what and why', () => {
  const event = { kind: 'state', at, from: 'running', event: 'pause', to: 'paused', cause: 'asked' } as const;
  expect(eventWords(event, null)).toEqual({ what: 'Paused', why: 'as asked', quote: '', level: 'plain' });
});

test('an end says the reason of its run', () => {
  const event = {
    kind: 'state',
    at,
    from: 'running',
    event: 'crash',
    to: 'crashed',
    cause: 'panic',
  } as const;
  const end = { at, exitCode: null, signal: 'SIGABRT', reason: { code: 'panic', text: 'sysrq' } } as const;
  expect(eventWords(event, end)).toMatchObject({ what: 'Crashed', why: 'panic', level: 'bad' });
});

test('what a guest says is a quote, with what can’t be seen made visible, and cut', () => {
  const said = eventWords({ kind: 'message', at, text: `\x1b[2Jhi\n${'x'.repeat(999)}` }, null);
  expect(said.quote.startsWith('␛[2Jhi␊xxx')).toBe(true);
  expect(said.quote.length).toBeLessThan(310);
});
