import { readFileSync } from 'node:fs';
import { failure } from '@shared/errors/paddock-error.js';
import { encodeRequest, parseReply } from '@shared/mconsole/mconsole-protocol.js';
import { decodeUtf8 } from '@shared/text-codec.js';
import { DatagramSocket } from '../platform/datagram-socket.js';
import type { FdEvents } from '../platform/fd-events.js';

/** A kernel that lives answers in well under a millisecond; a stopped or stuck one not at all. */
const REPLY_LIMIT_MS = 3000;
/** Most answers are there in 50 microseconds: so long they are waited for on the spot, which is 3 times as fast. */
const ON_THE_SPOT_US = 300;

/** A call under way: its pieces so far, and what becomes of it. */
interface Call {
  command: string;
  pieces: Uint8Array[];
  limit: NodeJS.Timeout;
  settle(answer: { text: string } | { why: string }): void;
}

/**
 * Speaks to a machine's management console, one call after the other. A socket is used again only after a whole
 * answer; one on which a call ran out of time is thrown away, so that a late answer can't be taken for the next one's.
 *
 * The socket is connected to the kernel's, for a reason that can't be seen: the kernel of this computer queues only
 * net.unix.max_dgram_qlen datagrams (10) for a socket and UML doesn't wait, so of a reply of 12 packets the last are
 * lost; but a sender to whom the receiver is connected has no such limit (docs/decisions/0012).
 */
export class MconsoleClient {
  private queue: Promise<unknown> = Promise.resolve();
  private socket: DatagramSocket | null = null;
  private current: Call | null = null;

  /** `pid` is the kernel's main process, to tell a busy one from a dead one. */
  constructor(
    private readonly events: FdEvents,
    private readonly name: string,
    private readonly path: string,
    private readonly pid: number | null,
    /**
     * Where it answers to; null: an abstract address, which a kernel in another network namespace can't reach (unix(7)).
     */
    private readonly replyPath: string | null = null,
  ) {}

  /** The text of the reply. Throws Failure `mconsole-failed` with what the kernel said, or that it said nothing. */
  call(command: string): Promise<string> {
    const result = this.queue.then(() => this.send(command));
    this.queue = result.catch(() => {});
    return result;
  }

  /** Gives the socket back. A call under way fails. */
  close(): void {
    this.current?.settle({ why: 'the machine ended' });
    this.hangUp();
  }

  private send(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const call: Call = {
        command,
        pieces: [],
        limit: setTimeout(() => call.settle({ why: this.whySilent() }), REPLY_LIMIT_MS),
        settle: (answer) => {
          clearTimeout(call.limit);
          this.current = null;
          if ('text' in answer) return resolve(answer.text);
          reject(failure('mconsole-failed', { name: this.name, command, why: answer.why }));
        },
      };
      this.current = call;
      try {
        this.socket ??= this.open();
        this.socket.send(encodeRequest(command), this.path);
        this.socket.waitBriefly(ON_THE_SPOT_US);
      } catch (error) {
        this.hangUp();
        call.settle({ why: (error as NodeJS.ErrnoException).code ?? 'it can’t be reached' });
      }
    });
  }

  private open(): DatagramSocket {
    const socket = new DatagramSocket(this.events, this.replyPath, (bytes) => this.received(bytes), {
      replace: true,
    });
    try {
      socket.connect(this.path);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  private received(bytes: Buffer): void {
    const call = this.current;
    const packet = parseReply(bytes);
    if (!call || !packet) {
      this.hangUp();
      call?.settle({ why: 'the reply makes no sense' });
      return;
    }
    call.pieces.push(packet.bytes);
    if (packet.more) return;
    const text = decodeUtf8(Buffer.concat(call.pieces));
    call.settle(packet.err === 0 ? { text } : { why: text.trim() || `error ${packet.err}` });
  }

  private hangUp(): void {
    this.socket?.close();
    this.socket = null;
  }

  /** A guest in a loop is busy, not dead: facts/nommu 2. Whatever it says later is nobody’s. */
  private whySilent(): string {
    this.hangUp();
    const seconds = REPLY_LIMIT_MS / 1000;
    try {
      const stat = readFileSync(`/proc/${this.pid ?? 0}/stat`, 'utf8');
      const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
      if (state === 'R') return `it did not answer in ${seconds} s, because its guest is busy`;
      if (state === 't') return 'a debugger has stopped it, and nothing in it runs';
      if (state === 'T') return `it did not answer in ${seconds} s, because its process is stopped`;
    } catch {
      return 'its process is gone';
    }
    return `it did not answer in ${seconds} s`;
  }
}
