import { runProgram } from '../platform/run-program.js';

const LIMIT_MS = 20_000;

/** A password as /etc/shadow has it (crypt(5), sha512crypt). The password goes by a pipe: an argv is seen by everybody. */
export async function hashPassword(password: string, signal?: AbortSignal): Promise<string> {
  const said = await runProgram(['openssl', 'passwd', '-6', '-stdin'], {
    timeoutMs: LIMIT_MS,
    input: `${password}\n`,
    ...(signal ? { signal } : {}),
  });
  return said.trim();
}
