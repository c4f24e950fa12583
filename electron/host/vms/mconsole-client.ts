import { failure } from '@shared/errors/paddock-error.js';
import { encodeRequest, parseReply } from '@shared/mconsole/mconsole-protocol.js';
import { DatagramSocket } from '../platform/datagram-socket.js';
import type { FdEvents } from '../platform/fd-events.js';

/** A kernel that lives answers in well under a millisecond; a stopped or stuck one not at all. */
const REPLY_LIMIT_MS = 3000;

/**
 * Speaks to a machine's management console. Each call has a socket of its own, so that a late reply can't be taken
 * for the next one's, and calls go out one after the other.
 */
export class MconsoleClient {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly events: FdEvents,
    private readonly name: string,
    private readonly path: string,
  ) {}

  /** The text of the reply. Throws Failure `mconsole-failed` with what the kernel said, or that it said nothing. */
  call(command: string): Promise<string> {
    const result = this.queue.then(() => this.send(command));
    this.queue = result.catch(() => {});
    return result;
  }

  private send(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      const refuse = (why: string): void =>
        finish(() => reject(failure('mconsole-failed', { name: this.name, command, why })));
      const socket = new DatagramSocket(this.events, null, (bytes) => {
        const packet = parseReply(bytes);
        if (!packet) return refuse('the reply makes no sense');
        text += packet.text;
        if (packet.more) return;
        if (packet.err === 0) finish(() => resolve(text));
        else refuse(text.trim() || `error ${packet.err}`);
      });
      const limit = setTimeout(() => refuse('no answer'), REPLY_LIMIT_MS);
      const finish = (settle: () => void): void => {
        clearTimeout(limit);
        socket.close();
        settle();
      };
      try {
        socket.send(encodeRequest(command), this.path);
      } catch (error) {
        refuse((error as NodeJS.ErrnoException).code ?? 'it can’t be reached');
      }
    });
  }
}
