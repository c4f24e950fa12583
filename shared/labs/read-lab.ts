import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { labFileSchema, type LabFile } from './lab-file.js';

/** Longer than any lab that a person writes. */
export const LAB_TEXT_MAX = 512 * 1024;

/** What is wrong in a lab file, and where. */
export interface LabFault {
  /** From 1; null: the whole of it. */
  line: number | null;
  /** Where in it, such as machines.one.cards.0; '' for the whole. */
  at: string;
  what: string;
}

/** A lab, or everything that is wrong with its text. */
export type ReadLab = { ok: true; lab: LabFile } | { ok: false; faults: LabFault[] };

/** Reads a lab file. It may come from anybody: aliases and tags of YAML, which make a small text large, are not taken. */
export function readLab(text: string): ReadLab {
  if (text.length > LAB_TEXT_MAX)
    return { ok: false, faults: [{ line: null, at: '', what: 'it is larger than a lab can be' }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: 'core' });
  if (document.errors.length > 0)
    return {
      ok: false,
      faults: document.errors.map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        at: '',
        what: (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
      })),
    };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return { ok: false, faults: [{ line: null, at: '', what: (error as Error).message }] };
  }
  if (typeof value !== 'object' || value === null)
    return {
      ok: false,
      faults: [{ line: 1, at: '', what: 'it is no lab: it begins with “paddock-lab: 1”' }],
    };
  const parsed = labFileSchema.safeParse(value);
  if (parsed.success) return { ok: true, lab: parsed.data };
  return {
    ok: false,
    faults: parsed.error.issues.map((issue) => ({
      line: lineOf(document, lines, issue.path),
      at: issue.path.map(String).join('.'),
      // Of a name that can be none, zod says why inside.
      what: issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message,
    })),
  };
}

/** Faults in words, a line each. */
export function faultText({ line, at, what }: LabFault): string {
  return [line === null ? '' : `line ${line}: `, at === '' ? '' : `${at}: `, what].join('');
}

/** The line of the innermost part of a path that is in the text. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
