import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

/** Folders of a bench's own, and the app in them. */
export class PaddockApp {
  readonly home = mkdtempSync('/tmp/pdk-bench-');
  readonly env: Record<string, string>;

  constructor() {
    mkdirSync(join(this.home, 'run'), { mode: 0o700 });
    this.env = {
      ...(process.env as Record<string, string>),
      XDG_DATA_HOME: join(this.home, 'data'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
    };
  }

  async open(): Promise<{ app: ElectronApplication; page: Page }> {
    const app = await _electron.launch({ args: ['.'], env: this.env });
    return { app, page: await app.firstWindow() };
  }

  /** Runs the command `paddock`. */
  command(...args: string[]): string {
    return execFileSync('bin/paddock', args, { env: this.env, encoding: 'utf8' });
  }

  /** Ends the machines and the host, and removes the folders. */
  remove(): void {
    try {
      const machines = JSON.parse(this.command('vm', 'list', '--json')) as { pid: number | null }[];
      if (machines.some(({ pid }) => pid !== null)) this.command('vm', 'kill', '--all');
    } catch {
      // Some were off already.
    }
    this.command('host', 'quit');
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A process and all that descend from it. */
export function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const belongs = (pid: number): boolean =>
    pid === root || (parents.has(pid) && belongs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(belongs);
}

/** Proportional memory in MB of a process and, unless told otherwise, all that descend from it (smaps_rollup, proc(5)). */
export function memoryOfTree(root: number, { children = true }: { children?: boolean } = {}): number {
  let kb = 0;
  for (const pid of children ? treeOf(root) : [root]) {
    try {
      kb += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // A zygote of another user namespace, or one that ended.
    }
  }
  return kb / 1024;
}
