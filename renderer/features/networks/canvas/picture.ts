import type { Diagram, DiagramNode } from '@shared/networks/diagram.js';
import { nodeSizes, type Positions } from './positions.js';
import { wirePath, type Box } from './wire-path.js';

/** Colours of a picture, as the theme has them. */
export interface PictureColours {
  ground: string;
  card: string;
  line: string;
  wire: string;
  wireDown: string;
  text: string;
  textSoft: string;
}

const MARGIN = 32;
const FONT = 'Inter, system-ui, sans-serif';
const MONO = "'JetBrains Mono', monospace";
/** Letters that fit on a card; the whole name is the title of its group. */
const NAME_MAX = 20;
const SUB_MAX = 25;

/** The diagram as an SVG document of its own: everything that is on the canvas, in sight or not. */
export function pictureOf({ nodes, links }: Diagram, positions: Positions, colours: PictureColours): string {
  const boxes = new Map(
    nodes.flatMap((node) => {
      const at = positions[node.id];
      return at ? [[node.id, { ...at, ...nodeSizes[node.kind] }] as const] : [];
    }),
  );
  const all = [...boxes.values()];
  const left = Math.min(0, ...all.map(({ x }) => x));
  const top = Math.min(0, ...all.map(({ y }) => y));
  const width = Math.max(1, ...all.map((box) => box.x + box.width)) - left + 2 * MARGIN;
  const height = Math.max(1, ...all.map((box) => box.y + box.height)) - top + 2 * MARGIN;
  const wires = links.flatMap(({ from, to, plugs, isUp }) => {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    if (!a || !b) return [];
    const { path, near, end } = wirePath(a, b);
    const labels = [near, end].flatMap(([x, y], index) => {
      const label = plugs[index]?.label ?? '';
      return label === '' ? [] : [plugText(x, y, label, colours)];
    });
    const look = isUp ? `stroke="${colours.wire}"` : `stroke="${colours.wireDown}" stroke-dasharray="4 4"`;
    return [`<path d="${path}" fill="none" stroke-width="1.5" ${look}/>`, ...labels];
  });
  const cards = nodes.flatMap((node) => {
    const box = boxes.get(node.id);
    return box ? [card(node, box, colours)] : [];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left - MARGIN} ${top - MARGIN} ${width} ${height}">`,
    `<rect x="${left - MARGIN}" y="${top - MARGIN}" width="${width}" height="${height}" fill="${colours.ground}"/>`,
    ...wires,
    ...cards,
    '</svg>',
    '',
  ].join('\n');
}

function card(node: DiagramNode, { x, y, width, height }: Box, colours: PictureColours): string {
  const isHub = node.kind === 'network';
  const sub = 'sub' in node ? node.sub : '';
  const state = node.kind === 'machine' ? `, ${node.state}` : '';
  const middle = y + height / 2;
  const text = (at: number, size: number, colour: string, weight: number, words: string): string =>
    `<text x="${x + width / 2}" y="${at}" text-anchor="middle" dominant-baseline="central" font-family="${FONT}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(words)}</text>`;
  return [
    '<g>',
    `<title>${escaped(`${node.name}${state}`)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${isHub ? height / 2 : 7}" fill="${colours.card}" stroke="${colours.line}"/>`,
    text(
      sub === '' ? middle : middle - 8,
      13,
      colours.text,
      530,
      shortened(node.name, isHub ? 15 : NAME_MAX),
    ),
    ...(sub === '' ? [] : [text(middle + 10, 11, colours.textSoft, 430, shortened(sub, SUB_MAX))]),
    '</g>',
  ].join('');
}

const plugText = (x: number, y: number, label: string, { ground, textSoft }: PictureColours): string =>
  `<text x="${x}" y="${y}" text-anchor="middle" dominant-baseline="central" font-family="${MONO}" font-size="10.5" fill="${textSoft}" paint-order="stroke" stroke="${ground}" stroke-width="6">${escaped(label)}</text>`;

/** Names are a person's, addresses a network's: neither may end an element. */
function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** In the middle, because ends tell names apart (look.md). */
function shortened(words: string, most: number): string {
  const letters = Array.from(new Intl.Segmenter().segment(words), ({ segment }) => segment);
  if (letters.length <= most) return words;
  const head = Math.ceil((most - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`;
}
