/**
 * What host and guest tools say to each other (docs/decisions/0016). The guest's half is
 * assets/guest-tools/paddock-guest-tools.sh. Nothing that a guest says is believed: a line is one of these or nothing.
 */

/** What this Paddock speaks. Raised with every change that the other side would misread. */
export const GUEST_TOOLS_PROTOCOL = 1;
/** What the tools that this Paddock carries call themselves. */
export const GUEST_TOOLS_VERSION = '1.0';

/** Longest line either side says. */
export const GUEST_LINE_MAX = 1024;
/** A guest with more addresses than this has them in no list of ours. */
export const ADDRESSES_MAX = 16;

/** What a guest can say. */
export type GuestWord =
  /** The tools began, or began anew. */
  | { kind: 'hello'; protocol: number; version: string; session: string }
  | { kind: 'addresses'; addresses: string[] }
  /** The answer to the request of this number. */
  | { kind: 'answer'; number: number; ok: boolean; text: string }
  /** A command ended; what it printed may still be on its way. */
  | { kind: 'end'; job: number; code: number };

/** A line of the guest's; null for everything that it has no business saying. */
export function parseGuestLine(line: string): GuestWord | null {
  const [, protocol, version = '', session = ''] =
    /^hello (\d{1,6}) ([\w.+-]{1,32}) ([\w-]{1,40})$/.exec(line) ?? [];
  if (protocol !== undefined) return { kind: 'hello', protocol: Number(protocol), version, session };
  const [, list] = /^addresses((?: [0-9a-fA-F.:]{2,45})*)$/.exec(line) ?? [];
  if (list !== undefined) {
    const addresses = list.split(' ').filter(isAddress).slice(0, ADDRESSES_MAX);
    return { kind: 'addresses', addresses: [...new Set(addresses)] };
  }
  const [, job, code] = /^end (\d{1,9}) (\d{1,3})$/.exec(line) ?? [];
  if (job !== undefined) return { kind: 'end', job: Number(job), code: Number(code) & 255 };
  const [, number, verdict, text = ''] = /^(\d{1,9}) (ok|no)(?: (.{0,200}))?$/.exec(line) ?? [];
  if (number === undefined) return null;
  return { kind: 'answer', number: Number(number), ok: verdict === 'ok', text };
}

/** An IPv4 or IPv6 address, as far as its letters tell. */
function isAddress(text: string): boolean {
  const parts = text.split('.');
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return true;
  const groups = text.split(':');
  return groups.length >= 3 && groups.length <= 9 && groups.every((group) => /^[0-9a-f]{0,4}$/i.test(group));
}

/** A request as it goes over the line. Throws RangeError when it is too long for one. */
export function requestLine(session: string, number: number, words: string): string {
  const line = `${session} ${number} ${words}\n`;
  if (line.length > GUEST_LINE_MAX) throw new RangeError(`a request of ${line.length} characters`);
  return line;
}

/** Escaped characters that a line has room for beside everything else. */
const TEXT_PIECE = 900;

/**
 * A text as words for `text` requests, which the guest puts together with `printf %b`. All but harmless characters are
 * escaped (`\0ooo`), so that a word is a word whatever is in it.
 */
export function textPieces(bytes: Uint8Array): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    piece += /[\w/.,:=@%+-]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
    if (piece.length >= TEXT_PIECE) {
      pieces.push(piece);
      piece = '';
    }
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/** Takes a guest's bytes apart into lines. One that is too long is left out, whatever it is. */
export class GuestLines {
  private rest = '';
  private isSkipping = false;

  /** Lines that are complete with these bytes, without their ends. Text in it is Latin-1: no line of ours is more. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(LINE_END, at);
      const upTo = end < 0 ? bytes.length : end;
      if (!this.isSkipping && this.rest.length + upTo - at > GUEST_LINE_MAX) this.isSkipping = true;
      if (this.isSkipping) this.rest = '';
      else this.rest += latin1(bytes.subarray(at, upTo));
      if (end >= 0) {
        if (!this.isSkipping) lines.push(this.rest);
        this.rest = '';
        this.isSkipping = false;
      }
      at = upTo + 1;
    }
    return lines;
  }
}

const LINE_END = 10;

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
