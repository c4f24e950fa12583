import { connect } from 'node:net';

const LIMIT_MS = 5000;
/** More than any answer of a switch with all its ports. */
const ANSWER_MAX = 256 * 1024;

/** Gives one command to the management socket of a VDE program; resolves to its code, 1000 when it did it. */
export function askVde(socketPath: string, command: string): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let said = '';
    let isAsked = false;
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error('it does not answer')));
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      if (said.length > ANSWER_MAX) return void socket.destroy(new Error('it says too much'));
      // Its prompt, behind a greeting or an answer.
      if (!said.endsWith('$ ')) return;
      if (!isAsked) {
        isAsked = true;
        said = '';
        socket.write(`${command}\n`);
        return;
      }
      const [, text = '', code = '', what = ''] = /^([\s\S]*?)^(1\d{3}) ?(.*)$/m.exec(said) ?? [];
      socket.end();
      resolve({ code: Number(code), text: text + what });
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it hung up')));
  });
}

/** The same, and throws an error with its words when it didn't do it. */
export async function tellVde(
  socketPath: string,
  command: string,
  fine: readonly number[] = [],
): Promise<void> {
  const { code, text } = await askVde(socketPath, command);
  if (code !== 1000 && !fine.includes(code)) throw new Error(text.trim() || `it answers ${code}`);
}

/** What a switch answers when a plugin is in it already (EEXIST behind 1000). */
export const VDE_EXISTS = 1017;
