import { spawn } from 'node:child_process';

/** Python makes a pty, says its slave's name on the first line, and passes its master through. */
const PTY = `
import os, pty, sys, select
m, s = pty.openpty()
os.write(1, (os.ttyname(s) + '\\n').encode())
while True:
    ready, _, _ = select.select([0, m], [], [])
    if m in ready: os.write(1, os.read(m, 65536))
    if 0 in ready:
        typed = os.read(0, 65536)
        if not typed: break
        os.write(m, typed)
`;

/** A program that a person would sit at: what it showed so far, and typing into it. */
export interface ByHand {
  readonly text: string;
  type(text: string): void;
  expect(pattern: RegExp, seconds?: number): Promise<RegExpExecArray>;
  end(): Promise<void>;
}

/** Runs a program and follows what it prints. */
export function runByHand(program: string, args: readonly string[], env = process.env): ByHand {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  let text = '';
  let position = 0;
  let look: () => void = () => {};
  child.stdout.on('data', (bytes) => {
    text += String(bytes);
    look();
  });
  return {
    get text() {
      return text;
    },
    type: (typed) => void child.stdin.write(typed),
    expect: (pattern, seconds = 20) =>
      new Promise((done, fail) => {
        const limit = setTimeout(
          () =>
            fail(
              new Error(
                `not within ${seconds} s by ${program} ${args.at(-1)?.slice(-60)}: ${pattern}; ${text.slice(-500)}`,
              ),
            ),
          seconds * 1000,
        );
        look = () => {
          const match = pattern.exec(text.slice(position));
          if (!match) return;
          position += match.index + match[0].length;
          look = () => {};
          clearTimeout(limit);
          done(match);
        };
        look();
      }),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await new Promise((done) => {
        child.once('exit', done);
        child.kill('SIGKILL');
      });
    },
  };
}

/** A terminal of the host that no program has yet: its device, and the person at its other end. */
export async function terminalByHand(): Promise<{ device: string; person: ByHand }> {
  const person = runByHand('python3', ['-c', PTY]);
  const [, device = ''] = await person.expect(/^(\/dev\/pts\/\d+)\r?\n/);
  return { device, person };
}
