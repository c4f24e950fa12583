import type { HostEvent } from '@shared/api/messages.js';
import type { ViewSize } from '@shared/consoles/view-size.js';

/** One follower of a console, or of a command in a guest, as its connection knows it. */
export interface OpenStream {
  stream: { acknowledge(count: number): void };
  type(bytes: Uint8Array): void;
  /** What its terminal says by itself. */
  answer(bytes: Uint8Array): void;
  /** Its viewer has so much room; null: it is not seen. */
  view(room: ViewSize | null): void;
  close(): void;
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
  /** Says how much room the viewer of a stream has. */
  viewStream(streamId: number, room: ViewSize | null): void;
  whenClosed(callback: () => void): void;
}
