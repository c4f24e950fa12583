import { spawn, type ChildProcess } from 'node:child_process';
import { kernelEnv } from '../../../e2e/oracles/kernel-env.js';
import { loginPromptOf } from '../../../e2e/oracles/login-prompt.js';

/** Starts UML as somebody without Paddock would; resolves when the guest asks for a login. */
export async function startUmlByHand(
  disk: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const own = ['mem=64M', `ubd0r=${disk}`, 'root=/dev/ubda', 'ro', 'con=null', 'con0=null,fd:1', 'ssl=null'];
  const child = spawn('linux.uml', [...own, ...words], {
    env: kernelEnv(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await loginPromptOf(child);
  return child;
}
