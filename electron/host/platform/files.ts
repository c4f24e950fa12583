import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';

/** More than any record that Paddock or UML writes; keeps a planted file from filling the memory. */
export const RECORD_BYTES_MAX = 32 * 1024 * 1024;
/** Non-blocking: a pipe in the place of a file would be waited for, and nobody writes into it. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Writes JSON so that a crash or a full disk leaves either the old file or the new one, never a half. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}

/** A JSON file of a known shape, or the reason why it isn't one. */
export async function readJson<T extends z.ZodType>(
  path: string,
  schema: T,
): Promise<{ ok: true; value: z.output<T> } | { ok: false; why: string }> {
  let json: unknown;
  try {
    json = JSON.parse(await readRecord(path));
  } catch (error) {
    return { ok: false, why: error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}` };
}

/** The text of a record at once. Throws what open(2) says, and for what is no ordinary file or too large to be one. */
export function readRecordSync(path: string): string {
  const fd = openSync(path, READ_FLAGS);
  try {
    checkRecord(fstatSync(fd));
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

async function readRecord(path: string): Promise<string> {
  const file = await open(path, READ_FLAGS);
  try {
    checkRecord(await file.stat());
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function checkRecord(found: Stats): void {
  if (!found.isFile()) throw new Error('it is not an ordinary file');
  if (found.size > RECORD_BYTES_MAX) throw new Error('it is too large');
}

/** True when something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** stat(2), or null when nothing is there. */
export async function statOrNull(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null);
}
