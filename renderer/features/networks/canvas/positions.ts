import { z } from 'zod';
import type { DiagramNode } from '@shared/networks/diagram.js';

/** Where a node's upper left corner is, in pixels of the canvas at 100 %. */
export interface Position {
  x: number;
  y: number;
}
export type Positions = Readonly<Record<string, Position>>;

/** What a node takes, in the same pixels; as canvas.css has it. */
export const nodeSizes: Readonly<Record<DiagramNode['kind'], { width: number; height: number }>> = {
  machine: { width: 168, height: 52 },
  network: { width: 132, height: 32 },
  internet: { width: 168, height: 52 },
  outside: { width: 168, height: 52 },
};

const KEY = 'paddock.diagram';
const storedSchema = z.record(
  z.string(),
  z.strictObject({ x: z.number().min(-1e6).max(1e6), y: z.number().min(-1e6).max(1e6) }),
);

/** Where a person put things, as this computer's user keeps it. */
export function keptPositions(): Positions {
  try {
    const parsed = storedSchema.safeParse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** Keeps them. */
export function keepPositions(positions: Positions): void {
  localStorage.setItem(KEY, JSON.stringify(positions));
}
