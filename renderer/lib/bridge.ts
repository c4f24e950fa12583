import type { PaddockBridge } from '@shared/api/bridge.js';

declare global {
  interface Window {
    readonly paddock: PaddockBridge;
  }
}

/** What the preload gave this window. */
export const bridge: PaddockBridge = window.paddock;
