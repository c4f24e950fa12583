/* oxlint-disable no-control-regex -- that is what they are made of */
/**
 * Answers to queries: of the terminal, the cursor, a mode, the size, the keyboard, a colour, a setting, the terminal's
 * name. Shift+F3 looks like the cursor's place in many terminals and is taken for it.
 */
const ANSWER =
  '\\x1b\\[(?:[?>=<]?[\\d;]*\\$?[cRnyt]|\\?\\d+u)' +
  '|\\x1b\\](?:4;\\d+|1[0-2]);rgb:[\\da-f/]+(?:\\x07|\\x1b\\\\)' +
  '|\\x1bP(?:[01]\\$r|>\\||[01]\\+r)[ -~]*\\x1b\\\\';
/** What the mouse and the window's focus do, for a program that asked to be told. */
const REPORT = '\\x1b\\[[IO]|\\x1b\\[<[\\d;]+[Mm]|\\x1b\\[M[^]{3}';
/** Other strings that a terminal sends, such as its title or the clipboard. No key sends a string with an end. */
const STRING = '\\x1b[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)';
/** The beginning of an answer that another piece may end. Keys come whole, and none begins like that. */
const BEGUN =
  /\x1b(?:\[[?>=<]?\d[\d;]*\$?|\](?:4|1[0-2]);[^\x07\x1b]*\x1b?|P(?:[01][$+]r|>\|)[^\x07\x1b]*\x1b?)$/;
/* oxlint-enable no-control-regex */

const onlyAnswers = new RegExp(`^(?:${ANSWER})+$`);
const onlyReports = new RegExp(`^(?:${REPORT})+$`);
/** One at a time: each is judged alone, so that what isn't let through takes no other with it. */
const said = new RegExp(`${ANSWER}|${REPORT}|${STRING}`, 'g');

/** True of a text (as Latin-1) that consists of a terminal's answers to what a program asked it. */
export const isTerminalAnswer = (text: string): boolean => onlyAnswers.test(text);

/** True of a text (as Latin-1) that consists of what mouse and focus did. */
export const isTerminalReport = (text: string): boolean => onlyReports.test(text);

/** A part of what came from a terminal, as Latin-1. */
export interface TerminalPart {
  /** The terminal said it by itself; else a person typed it. */
  isSaid: boolean;
  text: string;
}

/** Longest answer whose end is waited for. */
const BEGUN_MAX = 256;

/** Tells what a person types from what their terminal says by itself, where both come on one descriptor. */
export class TerminalParts {
  private begun = '';

  /** Takes a piece of input; an answer that is not whole yet comes with the piece that ends it. */
  take(piece: string): TerminalPart[] {
    const text = this.begun + piece;
    const begun = BEGUN.exec(text)?.[0] ?? '';
    this.begun = begun.length <= BEGUN_MAX ? begun : '';
    const whole = text.slice(0, text.length - this.begun.length);
    const parts: TerminalPart[] = [];
    const add = (isSaid: boolean, part: string): void => {
      if (part !== '') parts.push({ isSaid, text: part });
    };
    let at = 0;
    for (const match of whole.matchAll(said)) {
      add(false, whole.slice(at, match.index));
      add(true, match[0]);
      at = match.index + match[0].length;
    }
    add(false, whole.slice(at));
    return parts;
  }
}
