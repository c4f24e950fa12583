import { nommuHint } from '@shared/kernels/nommu-hints.js';
import type { ConsoleName } from '@shared/consoles/console-name.js';

/** No sign stands further behind in a line. */
const LINE_MAX = 400;

/** Reads along what the guest of a kernel without an MMU prints, and tells each thing that it means once in a run. */
export class HintWatch {
  private readonly rests = new Map<ConsoleName, string>();
  private readonly told = new Set<string>();

  /** A new run begins. */
  reset(): void {
    this.rests.clear();
    this.told.clear();
  }

  /** Takes output; what it means that was not told yet. */
  sees(console: ConsoleName, bytes: Buffer): string[] {
    const lines = ((this.rests.get(console) ?? '') + bytes.toString('latin1')).split('\n');
    this.rests.set(console, (lines.pop() ?? '').slice(0, LINE_MAX));
    const found: string[] = [];
    for (const line of lines) {
      const hint = nommuHint(line);
      if (hint === null || this.told.has(hint)) continue;
      this.told.add(hint);
      found.push(hint);
    }
    return found;
  }
}
