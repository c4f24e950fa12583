import { failure, type PaddockError } from '@shared/errors/paddock-error.js';
import type { Diagram } from '@shared/networks/diagram.js';
import { bridge } from '../../../lib/bridge.js';
import { pngOfSvg } from '../../../lib/png-of-svg.js';
import { pictureOf, type PictureColours } from './picture.js';
import type { Positions } from './positions.js';

/** Saves the diagram as a picture where a person says; null when that was done, or nobody wanted it. */
export async function savePicture(
  kind: 'svg' | 'png',
  diagram: Diagram,
  positions: Positions,
): Promise<PaddockError | null> {
  const svg = pictureOf(diagram, positions, coloursNow());
  const bytes = kind === 'svg' ? new TextEncoder().encode(svg) : await pngOfSvg(svg);
  const saved = await bridge.files.save(`networks.${kind}`, bytes);
  if (saved === null || 'path' in saved) return null;
  return failure('export-failed', { path: saved.name, why: saved.why }).error;
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
