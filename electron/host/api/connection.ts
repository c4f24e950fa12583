import type { Socket } from 'node:net';
import { calls, type CallName } from '@shared/api/calls.js';
import {
  CONSOLE_CHUNK_BYTES,
  encodeConsoleFrame,
  encodeFrame,
  FrameDecoder,
  FrameKind,
  parseAckPayload,
  parseConsolePayload,
  type Frame,
} from '@shared/api/frames.js';
import type { ViewSize } from '@shared/consoles/view-size.js';
import { requestSchema, type HostEvent, type Request, type Response } from '@shared/api/messages.js';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { decodeUtf8, encodeUtf8 } from '@shared/text-codec.js';
import { log } from '../platform/log.js';
import type { Client, OpenStream } from './client.js';
import type { Handlers } from './services.js';

/** A client that doesn't read is not worth more memory than this. */
const SEND_BUFFER_MAX = 32 * 1024 * 1024;

/** One client. It is trusted with nothing: every message is checked, and nonsense ends the connection. */
export class Connection implements Client {
  private readonly decoder = new FrameDecoder();
  private readonly streams = new Map<number, OpenStream>();
  private nextStreamId = 1;
  private onClose: (() => void)[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly handlers: Handlers,
    private readonly beforeAnswer: () => void,
  ) {
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const open of this.streams.values()) open.close();
      this.streams.clear();
      for (const callback of this.onClose) callback();
    });
  }

  /** Runs when the client is gone. */
  whenClosed(callback: () => void): void {
    this.onClose.push(callback);
  }

  /** A number for a stream that is about to be opened. */
  newStreamId(): number {
    return this.nextStreamId++;
  }

  /** Keeps a stream until it is detached or the client is gone. */
  addStream(streamId: number, open: OpenStream): void {
    if (this.socket.destroyed) open.close();
    else this.streams.set(streamId, open);
  }

  closeStream(streamId: number): void {
    this.streams.get(streamId)?.close();
    this.streams.delete(streamId);
  }

  viewStream(streamId: number, room: ViewSize | null): void {
    this.streams.get(streamId)?.view(room);
  }

  sendEvent(event: HostEvent): void {
    this.sendJson(event);
  }

  sendOutput(streamId: number, bytes: Uint8Array): void {
    this.send(encodeConsoleFrame(FrameKind.consoleOutput, streamId, bytes));
  }

  private receive(bytes: Buffer): void {
    try {
      for (const frame of this.decoder.push(bytes)) this.receiveFrame(frame);
    } catch (error) {
      log('warn', 'client hung up on', { error: (error as Error).message });
      this.socket.destroy();
    }
  }

  private receiveFrame({ kind, payload }: Frame): void {
    if (kind === FrameKind.json) {
      void this.answer(requestSchema.parse(JSON.parse(decodeUtf8(payload))));
    } else if (kind === FrameKind.consoleInput) {
      const input = parseConsolePayload(payload);
      // A copy: the frame is a view of a buffer that the decoder may let go of.
      if (input) this.streams.get(input.streamId)?.type(input.bytes.slice());
    } else if (kind === FrameKind.consoleAnswer) {
      const answer = parseConsolePayload(payload);
      if (answer) this.streams.get(answer.streamId)?.answer(answer.bytes.slice());
    } else if (kind === FrameKind.consoleAck) {
      const ack = parseAckPayload(payload);
      if (ack && ack.count <= CONSOLE_CHUNK_BYTES * 64)
        this.streams.get(ack.streamId)?.stream.acknowledge(ack.count);
    } else {
      throw new RangeError(`frame of kind ${kind}`);
    }
  }

  private async answer(request: Request): Promise<void> {
    const outcome = await this.outcome(request);
    this.beforeAnswer();
    this.sendJson(outcome);
  }

  private async outcome({ id, call, input }: Request): Promise<Response> {
    const refuse = (error: PaddockError): Response => ({ id, ok: false, error });
    if (!Object.hasOwn(calls, call))
      return refuse(failure('argument-invalid', { what: call, why: 'there is no such call' }).error);
    const name = call as CallName;
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const what = issue?.path.join('.') || name;
      return refuse(
        failure('argument-invalid', { what, why: issue?.message ?? 'it is not as expected' }).error,
      );
    }
    try {
      const handler = this.handlers[name] as (input: unknown, connection: Connection) => unknown;
      return { id, ok: true, value: calls[name].output.parse((await handler(parsed.data, this)) ?? {}) };
    } catch (error) {
      if (error instanceof Failure) return refuse(error.error);
      log('error', 'call failed', { call, error: (error as Error).stack });
      return refuse(failure('internal', { message: (error as Error).message }).error);
    }
  }

  private sendJson(message: Response | HostEvent): void {
    this.send(encodeFrame(FrameKind.json, encodeUtf8(JSON.stringify(message))));
  }

  private send(bytes: Uint8Array): void {
    if (this.socket.destroyed) return;
    this.socket.write(bytes);
    if (this.socket.writableLength > SEND_BUFFER_MAX) this.socket.destroy();
  }
}
