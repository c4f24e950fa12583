import type { Figure } from '@shared/figures/figure.js';
import { formatBytes, plural } from '../../lib/format.js';
import { byteScaleTop, scaleTop } from './time-window.js';

/** A line in a graph. */
export interface FigureLine {
  name: string;
  /** The token of its colour. */
  colour: string;
  value: (figure: Figure) => number | null;
}

/** One of the four graphs: its lines, its scale, and what is said of a moment. */
export interface FigureGraph {
  title: string;
  lines: readonly FigureLine[];
  /** Top of the scale for the largest value in sight. */
  top: (largest: number) => number;
  scale: (top: number) => string;
  /** The figure that matters most, and what is worth knowing beside it. */
  big: (figure: Figure) => string;
  small: (figure: Figure) => string;
}

const MB = 1024 * 1024;

/** A part of a CPU: "6.2 %", "120 %". */
export function formatPercent(part: number): string {
  const percent = part * 100;
  return `${percent < 9.95 ? percent.toFixed(1).replace(/\.0$/, '') : Math.round(percent)} %`;
}

/** Bytes a second: "12 KB/s". */
export function formatRate(bytes: number): string {
  return `${formatBytes(Math.round(bytes))}/s`;
}

/** Bytes a second as networks count: "1.4 Mbit/s". */
export function formatBitRate(bytes: number): string {
  const bits = bytes * 8;
  if (bits < 999.5) return `${Math.round(bits)} bit/s`;
  const [value, unit] = bits < 999_500 ? [bits / 1000, 'kbit/s'] : [bits / 1_000_000, 'Mbit/s'];
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${unit}`;
}

/** CPU over time, in parts of one. */
export const cpuGraph: FigureGraph = {
  title: 'CPU',
  lines: [{ name: 'all its processes', colour: '--g-1', value: ({ cpu }) => cpu }],
  top: (largest) => scaleTop(largest, 0.25),
  scale: (top) => formatPercent(top),
  big: ({ cpu }) => formatPercent(cpu),
  small: ({ processes }) => `of one CPU, ${plural(processes, 'process', 'processes')} on this computer`,
};

/** Memory over time, against what the guest was promised. */
export function memoryGraph(memoryMiB: number): FigureGraph {
  return {
    title: 'Memory',
    lines: [
      { name: 'on this computer', colour: '--g-1', value: ({ memoryBytes }) => memoryBytes },
      { name: 'used by the guest', colour: '--g-4', value: ({ guestUsedBytes }) => guestUsedBytes },
    ],
    top: (largest) => (largest <= memoryMiB * MB ? memoryMiB * MB : byteScaleTop(largest, MB)),
    scale: formatBytes,
    big: ({ memoryBytes }) => formatBytes(Math.round(memoryBytes)),
    small: ({ guestUsedBytes }) =>
      guestUsedBytes === null
        ? `on this computer, ${memoryMiB} MB promised to the guest`
        : `on this computer, the guest uses ${formatBytes(Math.round(guestUsedBytes))} of ${memoryMiB} MB`,
  };
}

/** What went to and from its disks over time. */
export const diskGraph: FigureGraph = {
  title: 'Disk',
  lines: [
    { name: 'read', colour: '--g-2', value: ({ readRate }) => readRate },
    { name: 'written', colour: '--g-3', value: ({ writeRate }) => writeRate },
  ],
  top: (largest) => byteScaleTop(largest, 64 * 1024),
  scale: formatRate,
  big: ({ writeRate }) => formatRate(writeRate),
  small: ({ readRate, layerBytes }) =>
    `written, ${formatRate(readRate)} read${layerBytes === 0 ? '' : `; its layer takes ${formatBytes(layerBytes)}`}`,
};

/** What went over its networks, for a machine whose interfaces can be seen. */
export const networkGraph: FigureGraph = {
  title: 'Network',
  lines: [
    { name: 'in', colour: '--g-2', value: ({ inRate }) => inRate },
    { name: 'out', colour: '--g-3', value: ({ outRate }) => outRate },
  ],
  top: (largest) => scaleTop(largest * 8, 8000) / 8,
  scale: formatBitRate,
  big: ({ inRate }) => formatBitRate(inRate ?? 0),
  small: ({ outRate }) => `in, ${formatBitRate(outRate ?? 0)} out`,
};
