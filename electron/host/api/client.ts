import type { HostEvent } from '@shared/api/messages.js';
import type { ConsoleStream } from '../consoles/console-stream.js';

/** One follower of a console, as its connection knows it. */
export interface OpenStream {
  stream: ConsoleStream;
  type(bytes: Uint8Array): void;
}

/** The client behind a call, as far as the answers need it. */
export interface Client {
  sendEvent(event: HostEvent): void;
  sendOutput(streamId: number, bytes: Uint8Array): void;
  /** A number for a stream that is about to be opened. */
  newStreamId(): number;
  /** Keeps a stream until it is detached or the client is gone. */
  addStream(streamId: number, open: OpenStream): void;
  closeStream(streamId: number): void;
  whenClosed(callback: () => void): void;
}
