import type { IDecoration, IMarker, Terminal } from '@xterm/xterm';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import type { RunEnd } from '@shared/vms/run.js';
import { formatBetween, formatBytes, formatMoment } from '../../lib/format.js';
import { markColours } from './terminal-theme.js';

/** Rows that a divider takes. */
export const DIVIDER_ROWS = 2;

/** How a run ended, for the left of a divider. */
export interface EndedRun {
  run: number;
  startedAt: string;
  end: RunEnd;
}

/** When a run began, for the right of a divider. */
export interface StartedRun {
  run: number;
  startedAt: string;
  kernelVersion: string;
  skippedBytes: number;
}

/** The line between two runs: the only text in a console that is not the guest's, so it is set in the interface font. */
export class RunDivider {
  private readonly element = document.createElement('div');
  private readonly decoration: IDecoration | undefined;

  constructor(
    terminal: Terminal,
    marker: IMarker,
    private readonly ended: EndedRun | null,
    private started: StartedRun | null = null,
  ) {
    this.fill();
    this.decoration = terminal.registerDecoration({
      marker,
      width: terminal.cols,
      height: DIVIDER_ROWS,
      layer: 'top',
      overviewRulerOptions: this.isCrash
        ? { color: markColours().error, position: 'full' }
        : { color: markColours().run, position: 'full' },
    });
    this.decoration?.onRender((host) => {
      // xterm fixes the width in cells when it registers; the terminal may have another one by now.
      host.style.width = '100%';
      if (this.element.parentElement !== host) host.replaceChildren(this.element);
    });
  }

  /** Says at the right when the next run began. */
  begin(started: StartedRun): void {
    this.started = started;
    this.fill();
  }

  private get isCrash(): boolean {
    return this.ended !== null && !isOrderlyStop(this.ended.end.reason);
  }

  private fill(): void {
    const { ended, started, element } = this;
    const parts: Node[] = [];
    if (ended) {
      const { short } = stopReasonText(ended.end.reason);
      parts.push(
        strong(`Run ${ended.run} ${this.isCrash ? 'crashed' : 'stopped'}: ${short}`),
        plain(`${formatMoment(ended.end.at)}, ran ${formatBetween(ended.startedAt, ended.end.at)}`),
      );
    } else if (started && started.skippedBytes > 0)
      parts.push(plain(`${formatBytes(started.skippedBytes)} before this are in the log on disk`));
    parts.push(rule());
    if (started)
      parts.push(
        strong(`Run ${started.run} started`),
        plain(`${formatMoment(started.startedAt)}, linux ${started.kernelVersion}`),
      );
    element.className = this.isCrash ? 'rundiv err' : 'rundiv';
    element.setAttribute('role', 'separator');
    element.setAttribute(
      'aria-label',
      parts
        .map((part) => part.textContent)
        .join(' ')
        .trim(),
    );
    element.replaceChildren(...parts);
  }
}

function strong(text: string): Node {
  const element = document.createElement('b');
  element.textContent = text;
  return element;
}

function plain(text: string): Node {
  const element = document.createElement('span');
  element.className = 'num';
  element.textContent = text;
  return element;
}

function rule(): Node {
  const element = document.createElement('i');
  element.className = 'rule';
  return element;
}
