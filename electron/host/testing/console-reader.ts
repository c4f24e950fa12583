import type { ApiClient } from '@shared/api/client.js';
import type { StreamEvent } from '@shared/api/messages.js';

/** A console as a test reads it: all bytes, all events, and waiting for a text with a deadline. */
export class ConsoleReader {
  readonly events: StreamEvent[] = [];
  private readonly chunks: Buffer[] = [];
  /** Where the next expected text may begin. */
  private position = 0;
  /** Where the output of the newest run begins. */
  private newestRun = 0;
  private look: (() => void) | null = null;

  constructor(
    private readonly client: ApiClient,
    readonly streamId: number,
    { acknowledge = true }: { acknowledge?: boolean } = {},
  ) {
    client.listen(streamId, {
      onOutput: (bytes) => {
        this.chunks.push(Buffer.from(bytes));
        if (acknowledge) client.ack(streamId, bytes.length);
        this.look?.();
      },
      onEvent: (event) => {
        if (event.event === 'console.runStart') this.newestRun = this.text.length;
        this.events.push(event);
        this.look?.();
      },
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Waits until all history was read; what is expected from here on is said in the newest run. */
  async inNewestRun(): Promise<void> {
    await this.event('console.live');
    this.position = Math.max(this.position, this.newestRun);
  }

  type(text: string): void {
    this.client.type(this.streamId, Buffer.from(text));
  }

  /** Types a command and returns what it printed, without the echo. */
  async run(command: string, seconds = 20): Promise<string> {
    const mark = Math.random().toString(36).slice(2, 8).padEnd(6, 'x');
    // Split in the echo, whole in the output; so the echo, which may be wrapped, is never taken for it.
    const say = (end: string): string => `echo "${mark.slice(0, 3)}""${mark.slice(3)}${end}"`;
    this.type(`${say('<')}; ${command}; ${say('>')}\r`);
    const [, output] = await this.expect(new RegExp(`${mark}<\\r?\\n([\\s\\S]*?)${mark}>`), seconds);
    return (output ?? '').replaceAll('\r', '').trim();
  }

  /** Waits for a text after the last one that was found. */
  expect(pattern: RegExp, seconds = 20): Promise<RegExpExecArray> {
    return this.until(
      () => {
        const text = this.text;
        const match = pattern.exec(text.slice(this.position));
        if (match) this.position += match.index + match[0].length;
        return match;
      },
      String(pattern),
      seconds,
    );
  }

  /** Waits for an event of the stream. */
  event(name: (typeof this.events)[number]['event'], seconds = 20): Promise<(typeof this.events)[number]> {
    return this.until(() => this.events.find((event) => event.event === name) ?? null, name, seconds);
  }

  private until<T>(find: () => T | null, what: string, seconds: number): Promise<T> {
    return new Promise((done, fail) => {
      const limit = setTimeout(() => {
        this.look = null;
        fail(new Error(`not within ${seconds} s: ${what}; the end of it:\n${this.text.slice(-1500)}`));
      }, seconds * 1000);
      this.look = () => {
        const found = find();
        if (found === null) return;
        this.look = null;
        clearTimeout(limit);
        done(found);
      };
      this.look();
    });
  }
}
