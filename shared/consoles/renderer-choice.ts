/** How consoles are painted: as a person wants it, or as is best here. */
export type RendererWish = 'auto' | 'dom' | 'webgl';

/** Contexts lost by one terminal, after which it stays with the DOM: the driver is not up to it. */
export const LOSSES_MAX = 2;

/**
 * Whether a terminal is painted by WebGL. A GPU that is imitated by the processor is half as fast as the DOM
 * (facts/electron 8: 4 against 8.5 MB/s), so it is used only when somebody asks for it. A screen reader needs neither.
 */
export function paintsWithWebgl(wish: RendererWish, webglStatus: string, losses: number): boolean {
  if (losses > LOSSES_MAX || wish === 'dom') return false;
  return wish === 'webgl' || webglStatus === 'enabled';
}
