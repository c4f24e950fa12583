import type { ChildProcess } from 'node:child_process';

/** Resolves when the guest of a UML that was started by hand asks for a login on its stdout; rejects when it ends. */
export async function loginPromptOf(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((done, fail) => {
    child.once('exit', () => fail(new Error(`ended: ${said.slice(-500)}`)));
    child.stdout?.on('data', (bytes) => {
      said += String(bytes);
      if (said.includes('login:')) done();
    });
  });
}
