import { plainText } from '@shared/consoles/plain-text.js';
import { beginningOf, mayBeginReport, type ReportKind } from '@shared/debug/kernel-report.js';

/** A kernel that warns in a loop is told of so often; all of it is in the log. */
const REPORTS_MAX = 50;
const LINE_MAX = 1000;
const LINE_END = 10;

/** Hears of the reports of a kernel as they begin on con0; not of panics, which the kernel tells itself. */
export class ReportWatch {
  private rest = '';
  private count = 0;

  constructor(private readonly onReport: (kind: ReportKind, title: string) => void) {}

  /** A new run begins. */
  reset(): void {
    this.rest = '';
    this.count = 0;
  }

  /** Takes what came on con0. */
  output(bytes: Buffer): void {
    if (this.count >= REPORTS_MAX) return;
    const text = this.rest + bytes.toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    // Of a line that is longer than any report's only the beginning counts.
    this.rest = text.slice(end, end + LINE_MAX);
    if (bytes.lastIndexOf(LINE_END) < 0 || !mayBeginReport(text)) return;
    for (const line of text.slice(0, end).split('\n')) {
      if (!mayBeginReport(line)) continue;
      const found = beginningOf(plainText(line.slice(0, LINE_MAX)));
      if (!found || found.kind === 'panic' || this.count >= REPORTS_MAX) continue;
      this.count += 1;
      this.onReport(found.kind, found.title);
    }
  }
}
