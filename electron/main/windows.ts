import type { BrowserWindow } from 'electron';
import { popoutHash, popoutKey, popoutSchema, type Popout } from '@shared/consoles/popout.js';
import { HostBridge } from './host-bridge.js';
import { openWindow } from './open-window.js';
import { TrustedIpc } from './trusted-ipc.js';
import { answerWindowCalls } from './window-calls.js';
import { POPOUT_SIZE, rememberedSize, rememberSize } from './window-size.js';

/** More windows than that are a mistake, or a page gone wild. */
const MOST_POPOUTS = 40;

/** The windows of the app: the main one, and one for each console that was popped out. Each is a client of the host. */
export class Windows {
  private main: BrowserWindow | null = null;
  private readonly popouts = new Map<string, { popout: Popout; window: BrowserWindow }>();

  /** `firstBridge` may be connecting already. */
  constructor(private firstBridge: HostBridge | null) {}

  /** Shows the main window, which may have been closed while consoles in windows of their own went on. */
  showMain(): void {
    if (this.main) return bringUp(this.main);
    const window = openWindow(rememberedSize());
    this.main = window;
    rememberSize(window);
    window.on('closed', () => (this.main = null));
    this.serve(window);
  }

  private popOut(popout: Popout): void {
    const key = popoutKey(popout);
    const open = this.popouts.get(key);
    if (open) return bringUp(open.window);
    if (this.popouts.size >= MOST_POPOUTS) return;
    const window = openWindow(POPOUT_SIZE, popoutHash(popout));
    this.popouts.set(key, { popout, window });
    window.on('closed', () => {
      this.popouts.delete(key);
      this.tell();
    });
    this.serve(window);
    this.tell();
  }

  private serve(window: BrowserWindow): void {
    (this.firstBridge ?? new HostBridge()).serve(window);
    this.firstBridge = null;
    answerWindowCalls(window);
    const ipc = new TrustedIpc(window);
    ipc.on('windows:watch', () => this.tellTo(window));
    ipc.on('windows:main', () => this.showMain());
    ipc.on('windows:pop-out', (popout) => {
      const parsed = popoutSchema.safeParse(popout);
      if (parsed.success) this.popOut(parsed.data);
    });
    ipc.on('windows:bring-back', (popout) => {
      const parsed = popoutSchema.safeParse(popout);
      const open = parsed.success ? this.popouts.get(popoutKey(parsed.data)) : undefined;
      if (!open) return;
      // First, so that the app doesn't end with its last window.
      this.showMain();
      open.window.close();
    });
  }

  private tell(): void {
    for (const window of [this.main, ...[...this.popouts.values()].map((open) => open.window)])
      if (window) this.tellTo(window);
  }

  private tellTo(window: BrowserWindow): void {
    if (window.isDestroyed()) return;
    window.webContents.send(
      'windows:popouts',
      [...this.popouts.values()].map((open) => open.popout),
    );
  }
}

function bringUp(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
