import { createStore } from 'zustand/vanilla';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { ShownLine } from '@shared/consoles/logs.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { callHost } from '../../stores/connection-store.js';

/** Lines that are asked for at once. */
const PAGE_LINES = 200;
/** Pages kept: 20,000 lines are more than anybody has in sight. */
const PAGES_KEPT = 100;

type Page = ReadonlyMap<number, ShownLine>;

/** The lines of a console's log that were looked at, asked for page by page. */
export class LogPages {
  /** Changes with every page that comes. */
  readonly state = createStore<{ version: number; error: PaddockError | null }>(() => ({
    version: 0,
    error: null,
  }));
  private readonly pages = new Map<string, Page>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly vmId: VmId,
    private readonly console: ConsoleName,
  ) {}

  /** A line of a run, or null while it is on its way. */
  line(run: number, line: number): ShownLine | null {
    return this.pages.get(pageOf(run, line))?.get(line) ?? null;
  }

  /** Asks for the page of a line, unless it is there. */
  want(run: number, line: number): void {
    const key = pageOf(run, line);
    if (this.asked.has(key) || this.pages.get(key)?.has(line)) return;
    void this.ask(run, line);
  }

  /** Gets a line that is wanted now, for copying. */
  async get(run: number, line: number): Promise<ShownLine | null> {
    if (!this.line(run, line)) await this.ask(run, line);
    return this.line(run, line);
  }

  /** The last line of a run that goes on may have grown. */
  outdate(run: number, line: number): void {
    this.pages.delete(pageOf(run, line));
  }

  private async ask(run: number, line: number): Promise<void> {
    const key = pageOf(run, line);
    this.asked.add(key);
    const outcome = await callHost('logs.lines', {
      id: this.vmId,
      console: this.console,
      run,
      from: Math.floor((line - 1) / PAGE_LINES) * PAGE_LINES + 1,
      count: PAGE_LINES,
      escapes: false,
    });
    this.asked.delete(key);
    if (outcome.ok) {
      this.pages.delete(key);
      this.pages.set(key, new Map(outcome.value.lines.map((one) => [one.line, one])));
      for (const old of this.pages.keys()) {
        if (this.pages.size <= PAGES_KEPT) break;
        this.pages.delete(old);
      }
    }
    this.state.setState(({ version }) => ({
      version: version + 1,
      error: outcome.ok ? null : outcome.error,
    }));
  }
}

function pageOf(run: number, line: number): string {
  return `${run}/${Math.floor((line - 1) / PAGE_LINES)}`;
}
