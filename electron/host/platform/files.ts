import { access, readFile, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';

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
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return { ok: false, why: error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}` };
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
