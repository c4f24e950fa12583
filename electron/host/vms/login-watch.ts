import type { ConsoleName } from '@shared/consoles/console-name.js';

/** A prompt is short, and what comes before it on its line, too. */
const TAIL = 300;
/**
 * A prompt at the end, or with the kernel's word on another console behind it (line_setup of arch/um prints when it likes).
 * It is the guest's text: a line must match in one way only, or a few hundred bytes of it keep the host busy for minutes.
 */
const PROMPT =
  /(?:^|[\r\n])(?!Last )[^\r\n]{0,100}login: *(?:(?:Virtual console|Serial line) \d+ assigned [^\r\n]*(?:[\r\n]\s*|$))*$/;

/** Tells when a login prompt stands at the end of a console. */
export class LoginWatch {
  private readonly tails = new Map<ConsoleName, string>();

  /** A new run begins. */
  reset(): void {
    this.tails.clear();
  }

  /** Takes output; true when it ends in a prompt. */
  sees(console: ConsoleName, bytes: Buffer): boolean {
    const tail = ((this.tails.get(console) ?? '') + bytes.subarray(-TAIL).toString('latin1')).slice(-TAIL);
    this.tails.set(console, tail);
    return PROMPT.test(tail);
  }
}
