import { expect, test } from 'vitest';
import { ApiClient, type ConsoleListener } from './client.js';
import { encodeConsoleFrame, encodeFrame, FrameDecoder, FrameKind } from './frames.js';
import { emptyState } from './state.js';
import { decodeUtf8, encodeUtf8 } from '../text-codec.js';

const json = (value: unknown): Uint8Array => encodeFrame(FrameKind.json, encodeUtf8(JSON.stringify(value)));

function makeClient(): { client: ApiClient; sent: () => { id: number; call: string }[] } {
  const decoder = new FrameDecoder();
  const frames: unknown[] = [];
  const client = new ApiClient({
    send: (bytes) =>
      frames.push(
        ...decoder
          .push(bytes)
          .map((frame) =>
            frame.kind === FrameKind.json ? (JSON.parse(decodeUtf8(frame.payload)) as unknown) : frame,
          ),
      ),
    close: () => {},
  });
  return { client, sent: () => frames as { id: number; call: string }[] };
}

test('answers find their calls in any order; errors are data; an odd answer is an error, not a crash', async () => {
  const { client, sent } = makeClient();
  const first = client.call('vms.commandLine', { id: 'abcdef012345' });
  const second = client.call('jobs.cancel', { id: 'x' });
  const third = client.call('vms.commandLine', { id: 'abcdef012345' });
  const ids = sent().map((request) => request.id);
  client.receive(
    json({ id: ids[1], ok: false, error: { code: 'job-unknown', params: { id: 'x' }, detail: null } }),
  );
  client.receive(json({ id: ids[0], ok: true, value: { argv: ['a'], text: 'a' } }));
  client.receive(json({ id: ids[2], ok: true, value: { argv: 'a' } }));
  expect(await first).toEqual({ ok: true, value: { argv: ['a'], text: 'a' } });
  expect(await second).toMatchObject({ ok: false, error: { code: 'job-unknown' } });
  expect(await third).toMatchObject({ ok: false, error: { code: 'internal' } });
});

test('what comes on a stream before somebody listens is kept; what comes after a detach is dropped', async () => {
  const { client } = makeClient();
  const heard: string[] = [];
  const listener: ConsoleListener = {
    onOutput: (bytes) => heard.push(decodeUtf8(bytes)),
    onEvent: (event) => heard.push(event.event),
  };
  client.receive(encodeConsoleFrame(FrameKind.consoleOutput, 1, encodeUtf8('early')));
  client.receive(json({ event: 'console.live', streamId: 1 }));
  client.listen(1, listener);
  client.receive(encodeConsoleFrame(FrameKind.consoleOutput, 1, encodeUtf8('late')));
  expect(heard).toEqual(['early', 'console.live', 'late']);
  void client.detach(1);
  client.receive(encodeConsoleFrame(FrameKind.consoleOutput, 1, encodeUtf8('too late')));
  client.listen(1, listener);
  expect(heard).toHaveLength(3);
});

test('a lost connection answers everything that waits and everything after', async () => {
  const { client } = makeClient();
  const waiting = client.call('images.makeTiny', {});
  client.lost();
  expect(await waiting).toMatchObject({ ok: false, error: { code: 'connection-lost' } });
  expect(await client.call('images.makeTiny', {})).toMatchObject({
    ok: false,
    error: { code: 'connection-lost' },
  });
});

test('a patch that comes in one piece with the answer to state.watch waits for who asked', async () => {
  const { client } = makeClient();
  const watched = client.must('state.watch', {});
  const answer = json({ id: 1, ok: true, value: { seq: 4, state: emptyState() } });
  const patch = json({ event: 'state.patch', patch: { seq: 5, changes: [] } });
  client.receive(Uint8Array.from([...answer, ...patch]));
  expect((await watched).seq).toBe(4);
  const seen: number[] = [];
  client.onPatch = (event) => seen.push(event.patch.seq);
  expect(seen).toEqual([5]);
});
