import type { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';
import { paintsWithWebgl } from '@shared/consoles/renderer-choice.js';
import { bridge } from '../../lib/bridge.js';
import { preferencesStore } from '../../stores/preferences-store.js';

/** Asked for once: the GPU stays what it is. */
let webglStatus: Promise<string> | null = null;

/** Paints a terminal by WebGL where that is better, else leaves it to the DOM. Only one that is shown has a context. */
export class TerminalPainter {
  private addon: WebglAddon | null = null;
  private losses = 0;
  private isShown = false;

  constructor(private readonly terminal: Terminal) {}

  /** The terminal is in the page, or a preference changed. */
  async show(): Promise<void> {
    this.isShown = true;
    webglStatus ??= bridge.webglStatus();
    const status = await webglStatus;
    const isWanted = (): boolean =>
      this.isShown && paintsWithWebgl(preferencesStore.getState().renderer, status, this.losses);
    if (!isWanted()) return this.useDom();
    if (this.addon) return;
    const { WebglAddon } = await import('@xterm/addon-webgl');
    if (!isWanted() || this.addon) return;
    const addon = new WebglAddon();
    addon.onContextLoss(() => this.lost(addon));
    try {
      this.terminal.loadAddon(addon);
      this.addon = addon;
    } catch {
      // There is no WebGL at all here.
      this.losses = Infinity;
      addon.dispose();
    }
  }

  /** The terminal left the page. */
  hide(): void {
    this.isShown = false;
    this.useDom();
  }

  private lost(addon: WebglAddon): void {
    if (this.addon !== addon) return;
    this.losses += 1;
    this.useDom();
    if (this.isShown) void this.show();
  }

  private useDom(): void {
    this.addon?.dispose();
    this.addon = null;
  }
}
