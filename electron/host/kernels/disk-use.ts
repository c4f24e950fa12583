import { runProgram } from '../platform/run-program.js';

const LIMIT_MS = 60_000;

/** The room that a folder takes on its disk; 0 when it isn't there. */
export async function diskUse(path: string): Promise<number> {
  const said = await runProgram(['du', '-sk', path], { timeoutMs: LIMIT_MS }).catch(() => '0');
  return Number.parseInt(said, 10) * 1024;
}
