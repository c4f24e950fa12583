import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_MS = 60_000;

/** A guest that takes commands. */
export interface Guest {
  /** Runs a command in its shell and resolves to what it printed. */
  run(command: string, seconds?: number): Promise<string>;
}

/** A tiny Linux started as a person would: the kernel's own command line, its first console on pipes, no Paddock. */
export class GuestByHand implements Guest {
  private readonly folder = mkdtempSync('/tmp/pdk-hand-');
  private readonly child: ChildProcess;
  private said = '';
  private look: (() => void) | null = null;

  /** `word`: the argument of its network card. `fd`: an open descriptor, which it has as number 3. */
  constructor(
    kernel: string,
    image: string,
    word: string,
    { under = [], env, fd = null }: { under?: readonly string[]; env: NodeJS.ProcessEnv; fd?: number | null },
  ) {
    const argv: readonly string[] = [
      ...under,
      kernel,
      'mem=64M',
      `uml_dir=${this.folder}`,
      `ubd0=${join(this.folder, 'cow')},${image}`,
      'root=/dev/ubda',
      'rw',
      'con0=fd:0,fd:1',
      'con=null',
      'ssl=null',
      word,
    ];
    const [program = kernel, ...args] = argv;
    this.child = spawn(program, args, {
      env,
      stdio: ['pipe', 'pipe', 'ignore', ...(fd === null ? [] : [fd])],
    });
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.said += bytes.toString('latin1');
      this.look?.();
    });
  }

  /** Logs in. */
  async login(): Promise<void> {
    await this.expect(/login: $/);
    this.child.stdin?.write('root\n');
    await this.expect(/~ # /);
  }

  async run(command: string): Promise<string> {
    const mark = Math.random().toString(36).slice(2, 8).padEnd(6, 'x');
    // Split in the echo, whole in the output.
    const say = (end: string): string => `echo "${mark.slice(0, 3)}""${mark.slice(3)}${end}"`;
    this.child.stdin?.write(`${say('<')}; ${command}; ${say('>')}\n`);
    const found = await this.expect(new RegExp(`${mark}<\\r?\\n([\\s\\S]*?)${mark}>`));
    return (found[1] ?? '').replaceAll('\r', '').trim();
  }

  /** Ends it and removes what it left. */
  async end(): Promise<void> {
    const gone = new Promise((done) => this.child.once('exit', done));
    if (this.child.exitCode === null && this.child.kill('SIGTERM')) await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private expect(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.look = null;
        reject(new Error(`never said ${pattern.source}: ${this.said.slice(-300)}`));
      }, LIMIT_MS);
      const look = (): void => {
        const found = pattern.exec(this.said);
        if (!found) return;
        clearTimeout(limit);
        this.look = null;
        this.said = this.said.slice(found.index + found[0].length);
        resolve(found);
      };
      this.look = look;
      look();
    });
  }
}
