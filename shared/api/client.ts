import { Failure, failure, type PaddockError } from '../errors/paddock-error.js';
import { decodeUtf8, encodeUtf8 } from '../text-codec.js';
import { calls, CONTRACT_VERSION, type CallInput, type CallName, type CallOutput } from './calls.js';
import {
  encodeAckFrame,
  encodeConsoleFrame,
  encodeFrame,
  FrameDecoder,
  FrameKind,
  parseConsolePayload,
} from './frames.js';
import { hostMessageSchema, type HostEvent, type Response, type StreamEvent } from './messages.js';

/** A host says hello in milliseconds; a busy computer gets this long. */
export const HELLO_LIMIT_MS = 10_000;

/** A pipe of bytes to the host: a unix socket, or the bridge of the window. */
export interface Transport {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** An answer as data: expected failures are returned. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: PaddockError };

type PatchEvent = Extract<HostEvent, { event: 'state.patch' }>;

/** Who listens to a console stream. */
export interface ConsoleListener {
  /** Output; call `ack` on the client with its length once it was handled. */
  onOutput(bytes: Uint8Array): void;
  onEvent(event: StreamEvent): void;
}

/** The client's side of the contract: the same for the window, the command line and the tests. */
export class ApiClient {
  private readonly decoder = new FrameDecoder();
  private readonly pending = new Map<number, (response: Response) => void>();
  private readonly streams = new Map<number, ConsoleListener>();
  /** Output of a stream may arrive before the answer that names the stream: kept until somebody listens. */
  private readonly early = new Map<number, ((listener: ConsoleListener) => void)[]>();
  /** Stream ids only grow: frames for an older stream that nobody listens to are late ones of a closed tab. */
  private newestStream = 0;
  private lastId = 0;
  private closed = false;

  /** Patches that came in one piece with the answer to `state.watch`, before whoever asked could listen. */
  private earlyPatches: PatchEvent[] = [];
  private patchListener: ((event: PatchEvent) => void) | null = null;
  /** Called with new figures, once `figures.watch` was called. */
  onFigures: (event: Extract<HostEvent, { event: 'figures' }>) => void = () => {};

  constructor(private readonly transport: Transport) {}

  /** Called for every patch of the state, once `state.watch` was called. */
  set onPatch(listener: (event: PatchEvent) => void) {
    this.patchListener = listener;
    for (const event of this.earlyPatches.splice(0)) listener(event);
  }

  /**
   * Says hello and refuses a host of another contract. When `tooLate` comes first, whoever listens there is no host.
   * Throws Failure.
   */
  async hello(tooLate?: Promise<unknown>): Promise<CallOutput<'host.hello'>> {
    const said = this.call('host.hello', { contract: CONTRACT_VERSION });
    const answer = await (tooLate ? Promise.race([said, tooLate.then(() => null)]) : said);
    if (answer === null) throw failure('host-not-answering', {});
    if (!answer.ok) throw new Failure(answer.error);
    if (answer.value.contract !== CONTRACT_VERSION)
      throw failure('host-other-version', { theirs: answer.value.contract, ours: CONTRACT_VERSION });
    return answer.value;
  }

  /** Makes a call. Never rejects: also a lost connection is an outcome. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Outcome<CallOutput<N>>> {
    if (this.closed) return Promise.resolve({ ok: false, error: failure('connection-lost', {}).error });
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.pending.set(id, (response) => {
        if (!response.ok) return resolve({ ok: false, error: response.error });
        const value = calls[name].output.safeParse(response.value);
        if (value.success) return resolve({ ok: true, value: value.data as CallOutput<N> });
        resolve({ ok: false, error: failure('internal', { message: `odd answer to ${name}` }).error });
      });
      this.transport.send(encodeFrame(FrameKind.json, encodeUtf8(JSON.stringify({ id, call: name, input }))));
    });
  }

  /** As `call`, but throws the error as a Failure: for programs that end at the first one. */
  async must<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const outcome = await this.call(name, input);
    if (!outcome.ok) throw new Failure(outcome.error);
    return outcome.value;
  }

  /** Listens to a stream that `consoles.attach` opened. */
  listen(streamId: number, listener: ConsoleListener): void {
    this.newestStream = Math.max(this.newestStream, streamId);
    this.streams.set(streamId, listener);
    for (const deliver of this.early.get(streamId) ?? []) deliver(listener);
    this.early.delete(streamId);
  }

  /** Stops listening and tells the host. */
  async detach(streamId: number): Promise<void> {
    this.streams.delete(streamId);
    await this.call('consoles.detach', { streamId });
  }

  /** Sends what was typed. */
  type(streamId: number, bytes: Uint8Array): void {
    if (!this.closed) this.transport.send(encodeConsoleFrame(FrameKind.consoleInput, streamId, bytes));
  }

  /** Sends what the terminal says by itself; the host decides whether the guest gets it. */
  answer(streamId: number, bytes: Uint8Array): void {
    if (!this.closed) this.transport.send(encodeConsoleFrame(FrameKind.consoleAnswer, streamId, bytes));
  }

  /** Tells the host that output bytes were handled, so that more may come. */
  ack(streamId: number, count: number): void {
    if (!this.closed) this.transport.send(encodeAckFrame(streamId, count));
  }

  /** To be called with what the transport brings. Throws when it is not the host's language: hang up. */
  receive(bytes: Uint8Array): void {
    for (const frame of this.decoder.push(bytes)) {
      if (frame.kind === FrameKind.json) this.receiveMessage(JSON.parse(decodeUtf8(frame.payload)));
      else if (frame.kind === FrameKind.consoleOutput) {
        const output = parseConsolePayload(frame.payload);
        if (output) this.deliver(output.streamId, (listener) => listener.onOutput(output.bytes));
      }
    }
  }

  /** To be called when the transport is gone: all that waits gets `connection-lost`. */
  lost(): void {
    this.closed = true;
    const error = failure('connection-lost', {}).error;
    for (const [id, answer] of this.pending) answer({ id, ok: false, error });
    this.pending.clear();
    this.streams.clear();
    this.early.clear();
  }

  /** Hangs up. */
  close(): void {
    this.lost();
    this.transport.close();
  }

  private receiveMessage(json: unknown): void {
    const message = hostMessageSchema.parse(json);
    if (!('event' in message)) {
      const answer = this.pending.get(message.id);
      this.pending.delete(message.id);
      answer?.(message);
    } else if (message.event === 'state.patch') {
      if (this.patchListener) this.patchListener(message);
      else this.earlyPatches.push(message);
    } else if (message.event === 'figures') {
      this.onFigures(message);
    } else {
      this.deliver(message.streamId, (listener) => listener.onEvent(message));
    }
  }

  private deliver(streamId: number, deliver: (listener: ConsoleListener) => void): void {
    const listener = this.streams.get(streamId);
    if (listener) deliver(listener);
    else if (streamId > this.newestStream)
      this.early.set(streamId, [...(this.early.get(streamId) ?? []), deliver]);
  }
}
