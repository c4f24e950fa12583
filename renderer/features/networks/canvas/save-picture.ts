import { failure, type PaddockError } from '@shared/errors/paddock-error.js';
import type { Diagram } from '@shared/networks/diagram.js';
import { bridge } from '../../../lib/bridge.js';
import { pictureOf, type PictureColours } from './picture.js';
import type { Positions } from './positions.js';

/** A screen's dots for one of the drawing, so that it can be printed. */
const FINE = 2;
/** Chromium draws no larger canvas (65535 a side, and some 268 million dots in all). */
const DOTS_MAX = 16_000;

/** Saves the diagram as a picture where a person says; null when that was done, or nobody wanted it. */
export async function savePicture(
  kind: 'svg' | 'png',
  diagram: Diagram,
  positions: Positions,
): Promise<PaddockError | null> {
  const svg = pictureOf(diagram, positions, coloursNow());
  const bytes = kind === 'svg' ? new TextEncoder().encode(svg) : await pngOf(svg);
  const saved = await bridge.files.save(`networks.${kind}`, bytes);
  if (saved === null || 'path' in saved) return null;
  return failure('export-failed', { path: saved.name, why: saved.why }).error;
}

async function pngOf(svg: string): Promise<Uint8Array> {
  const image = new Image();
  // The CSP lets in pictures of the app and data: addresses, and nothing from elsewhere.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(FINE, DOTS_MAX / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

function coloursNow(): PictureColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: colour('--bg-sunken'),
    card: colour('--bg-raised'),
    line: colour('--line-strong'),
    wire: colour('--fg-3'),
    wireDown: colour('--fg-off'),
    text: colour('--fg'),
    textSoft: colour('--fg-2'),
  };
}
