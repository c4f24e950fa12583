import { requestLine } from '@shared/guest-tools/guest-protocol.js';

/** A guest answers in some 10 ms; when it doesn't, it is asked again so long after the time before ... */
const AGAIN_MS = [80, 250, 800, 2000, 3000];
/** ... and given up after this. */
const GIVE_UP_MS = 3000;
/**
 * So much may lie in the guest's line buffer unread. It holds 4096 bytes, and a line whose buffer was nearly full is
 * never read again (docs/decisions/0004).
 */
const UNREAD_MAX = 2048;

/** What a guest said to a request. */
export interface GuestAnswer {
  ok: boolean;
  text: string;
}

/** The tools said nothing, or were gone before they did. */
export class GuestSilent extends Error {}

interface Request {
  /** Made anew each time it is sent: a time is only right at that moment. */
  words: () => string;
  number: number;
  tries: number;
  settle(answer: GuestAnswer | null): void;
}

/**
 * Requests to the guest tools, one after the other. UML now and then doesn't notice that a line was sent, until
 * something else wakes it: so each is sent again until it is answered. The guest does what has the same number once.
 */
export class GuestRequests {
  private readonly queue: Request[] = [];
  private current: Request | null = null;
  private timer: NodeJS.Timeout | null = null;
  private session: string | null = null;
  private lastNumber = 0;
  private sentNumber = 0;
  /** Bytes that the guest has not answered, and so perhaps not read. */
  private unread = 0;

  constructor(
    private readonly send: (line: string) => void,
    /** Wakes a guest that may have missed something. */
    private readonly nudge: () => void,
  ) {}

  /** New tools are there: what the ones before were asked is nothing to them. */
  begin(session: string): void {
    this.stop();
    this.session = session;
    this.unread = 0;
  }

  /** Asks for something. Rejects with GuestSilent when no answer comes. */
  ask(words: string | (() => string), { first = false }: { first?: boolean } = {}): Promise<GuestAnswer> {
    return new Promise((resolve, reject) => {
      const request: Request = {
        words: typeof words === 'string' ? () => words : words,
        number: ++this.lastNumber,
        tries: 0,
        settle: (answer) => (answer === null ? reject(new GuestSilent('no answer')) : resolve(answer)),
      };
      if (this.session === null) return request.settle(null);
      if (first) this.queue.unshift(request);
      else this.queue.push(request);
      if (this.current === null) this.next();
    });
  }

  /** The guest answered the request of this number, perhaps not for the first time. */
  answered(number: number, answer: GuestAnswer): void {
    const { current } = this;
    // All that was sent before is read, but for what it was sent again meanwhile: not more than UNREAD_MAX.
    if (number === this.sentNumber) this.unread = 0;
    if (current?.number !== number) return;
    this.current = null;
    this.clear();
    current.settle(answer);
    this.next();
  }

  /** Nobody answers any more: all that was asked fails. */
  stop(): void {
    this.session = null;
    this.clear();
    const asked = this.current === null ? this.queue.splice(0) : [this.current, ...this.queue.splice(0)];
    this.current = null;
    for (const request of asked) request.settle(null);
  }

  private next(): void {
    this.current = this.queue.shift() ?? null;
    if (this.current !== null) this.trySending(this.current);
  }

  private trySending(request: Request): void {
    const line = requestLine(this.session ?? '', request.number, request.words());
    if (this.unread === 0 || this.unread + line.length <= UNREAD_MAX) {
      this.unread += line.length;
      this.sentNumber = request.number;
      this.send(line);
    }
    this.nudge();
    const wait = AGAIN_MS[request.tries] ?? GIVE_UP_MS;
    request.tries += 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (request.tries <= AGAIN_MS.length) this.trySending(request);
      else this.giveUp(request);
    }, wait);
  }

  private giveUp(request: Request): void {
    this.current = null;
    request.settle(null);
    this.next();
  }

  private clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
