import { StringDecoder } from 'node:string_decoder';

/** As much of the past as an expected text may reach back. */
const KEEP_CHARACTERS = 256 * 1024;

/** The text of a console as it comes, to wait for something in it. */
export class ConsoleText {
  private readonly decoder = new StringDecoder('utf8');
  private text = '';
  private look: (() => void) | null = null;

  add(bytes: Uint8Array): void {
    this.text = (this.text + this.decoder.write(Buffer.from(bytes))).slice(-KEEP_CHARACTERS);
    this.look?.();
  }

  /** Forgets what came so far. */
  clear(): void {
    this.text = '';
  }

  /** True once the text matches, which uses it up to the end of the match; false when the time is over. */
  wait(pattern: RegExp, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (found: boolean): void => {
        clearTimeout(limit);
        this.look = null;
        resolve(found);
      };
      const limit = setTimeout(() => finish(false), Math.max(0, ms));
      this.look = () => {
        const match = pattern.exec(this.text);
        if (!match) return;
        this.text = this.text.slice(match.index + match[0].length);
        finish(true);
      };
      this.look();
    });
  }
}
