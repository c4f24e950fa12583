/** Longest address that is opened; browsers take more, people read less. */
const ADDRESS_MAX = 2048;
/** What may be opened: a page or a mail to write. Nothing that runs a program or reads a file. */
const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** lib ES2023 has no URL, both runtimes have. */
declare const URL: new (text: string) => Address;

/** An address taken apart. */
interface Address {
  readonly href: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly username: string;
  readonly password: string;
}

/** An address that may be opened once somebody said so. */
export interface OpenableAddress {
  /** As it is handed to the desktop: ASCII, everything else escaped. */
  href: string;
  /** The host in its ASCII form, `xn--...` where it was not; null for a mail. */
  host: string | null;
  /** What to be wary of. */
  warnings: readonly LinkWarning[];
}

/** Why an address may not lead where it seems to. */
export type LinkWarning = 'other-letters' | 'user-part' | 'hidden-characters' | 'text-differs';

/** What an address comes to; null when it is none that may be opened. */
export function openableAddress(text: string): OpenableAddress | null {
  if (text.length > ADDRESS_MAX) return null;
  const url = parsed(text);
  if (!url || !SCHEMES.has(url.protocol) || url.href.length > ADDRESS_MAX * 3) return null;
  const isMail = url.protocol === 'mailto:';
  if (!isMail && url.hostname === '') return null;
  const warnings: LinkWarning[] = [];
  if (/(?:^|\.)xn--/.test(url.hostname)) warnings.push('other-letters');
  if (url.username !== '' || url.password !== '') warnings.push('user-part');
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) warnings.push('hidden-characters');
  return { href: url.href, host: isMail ? null : url.hostname, warnings };
}

/** Whether a text that leads somewhere claims, as an address itself, to lead somewhere else. */
export function claimsOther(text: string, host: string | null): boolean {
  const [claim] = findAddresses(text);
  const claimed = claim ? openableAddress(claim.address) : null;
  return claimed !== null && claimed.host !== host;
}

function parsed(text: string): Address | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** An address within a line of text. */
export interface FoundAddress {
  /** Place of its first character, and how many it has, in UTF-16 units. */
  at: number;
  length: number;
  address: string;
}

/** Up to what ends it for sure: a space, a control character, quotes, angle brackets. */
const ADDRESS = /(?:https?:\/\/|mailto:)[^\s\p{Cc}"'<>`{}|\\^\u2018-\u201f\u300c-\u300f]+/giu;
const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[' };
/** Lines longer than this are no prose; looking through a megabyte at each move of the mouse would be felt. */
const LINE_MAX = 16 * 1024;

/** The addresses in a line: without the full stop, comma or bracket of the sentence around them. */
export function findAddresses(line: string): FoundAddress[] {
  if (line.length > LINE_MAX) return [];
  return Array.from(line.matchAll(ADDRESS), ({ 0: raw, index }) => {
    const address = withoutSentence(raw);
    return { at: index, length: address.length, address };
  }).filter(({ address }) => openableAddress(address) !== null);
}

function withoutSentence(raw: string): string {
  let text = raw;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = PAIRS[last];
    const isLoose = opening !== undefined && count(text, last) > count(text, opening);
    if (!isLoose && !/[.,;:!?*…]/u.test(last)) return text;
    text = text.slice(0, -1);
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}
