import type { Terminal } from '@xterm/xterm';
import { markColours } from './terminal-theme.js';

/** Lines that prove why a machine crashed (arch/um and kernel texts, facts/consoles-and-lifecycle 6). */
const PROOFS = [
  /Kernel panic - not syncing/,
  /already locked by pid \d+/,
  /Failed to lock '/,
  /(mtime|Size) mismatch .* of COW header/,
  /Too few physical memory/,
  /mount likely just ran out of space/,
] as const;
/** A panic with its trace is some 60 lines; more room than that would mark an earlier run. */
const LOOK_BACK = 250;

/** Marks, in the last lines above the cursor, those that prove a crash. */
export function markEvidence(terminal: Terminal): void {
  const buffer = terminal.buffer.normal;
  const cursor = buffer.baseY + buffer.cursorY;
  for (let line = cursor; line >= Math.max(0, cursor - LOOK_BACK); line -= 1) {
    const text = buffer.getLine(line)?.translateToString(true) ?? '';
    if (!PROOFS.some((proof) => proof.test(text))) continue;
    const marker = terminal.registerMarker(line - cursor);
    if (!marker) continue;
    const decoration = terminal.registerDecoration({
      marker,
      width: terminal.cols,
      layer: 'top',
      overviewRulerOptions: { color: markColours().error, position: 'full' },
    });
    decoration?.onRender((element) => {
      element.style.width = '100%';
      element.classList.add('evidence');
    });
  }
}

/** Rows left in sight above a panic: what led to it. */
const ROWS_ABOVE = 6;

/** Scrolls to the newest panic. */
export function jumpToPanic(terminal: Terminal): void {
  const buffer = terminal.buffer.normal;
  for (let line = buffer.length - 1; line >= 0; line -= 1) {
    if (!/Kernel panic - not syncing/.test(buffer.getLine(line)?.translateToString(true) ?? '')) continue;
    terminal.scrollToLine(Math.max(0, line - ROWS_ABOVE));
    return;
  }
}
