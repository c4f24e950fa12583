import { decodeUtf8, encodeUtf8 } from '@shared/text-codec.js';

/** Reports of the mouse mean a place on one screen only (xterm ctlseqs, "Mouse Tracking"). */
// oxlint-disable-next-line no-control-regex -- escape sequences begin with one
const MOUSE = /^\x1b\[(?:<\d+;\d+;\d+[Mm]|M)/;
/** What stands around pasted text where the program asked for that; in another console it may not have. */
// oxlint-disable-next-line no-control-regex -- escape sequences begin with one
const PASTED = /\x1b\[20[01]~/g;

/** What a person's input to one console is to the others of a broadcast; null: nothing. */
export function bytesForOthers(bytes: Uint8Array): Uint8Array | null {
  // An escape sequence begins all that is not for others as it is.
  if (!bytes.includes(0x1b)) return bytes;
  const text = decodeUtf8(bytes);
  if (MOUSE.test(text)) return null;
  return encodeUtf8(text.replace(PASTED, ''));
}
