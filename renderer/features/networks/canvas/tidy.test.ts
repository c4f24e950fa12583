import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagram, DiagramNode } from '@shared/networks/diagram.js';
import { nodeSizes, type Positions } from './positions.js';
import { tidy, withPlaces } from './tidy.js';

const machine = (n: number): DiagramNode => ({
  kind: 'machine',
  id: `vm:${n}`,
  vmId: String(n),
  name: `m${n}`,
  state: 'stopped',
  sub: '',
});
const network = (n: number): DiagramNode => ({
  kind: 'network',
  id: `net:${n}`,
  networkId: String(n),
  name: `n${n}`,
  shape: 'switch',
  isOn: false,
});
const wire = (from: string, to: string) => ({
  id: `${from} ${to}`,
  from,
  to,
  plugs: [],
  networkId: null,
  note: '',
  isUp: false,
});

/** So many machines and networks, wired as a list of pairs says. */
function diagram(machines: number, networks: number, pairs: readonly (readonly [number, number])[]): Diagram {
  const links = new Map(
    pairs.map(([m, n]) => {
      const link = wire(`vm:${m % machines}`, `net:${n % networks}`);
      return [link.id, link] as const;
    }),
  );
  return {
    nodes: [
      ...Array.from({ length: networks }, (_, n) => network(n)),
      ...Array.from({ length: machines }, (_, n) => machine(n)),
    ],
    links: [...links.values()],
  };
}

/** Pairs of nodes that lie on each other. */
function overlaps({ nodes }: Diagram, places: Positions): string[] {
  const boxes = nodes.map(({ id, kind }) => ({
    id,
    ...(places[id] ?? { x: NaN, y: NaN }),
    ...nodeSizes[kind],
  }));
  return boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b) => {
      const apart =
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      return apart ? [] : [`${a.id} ${b.id}`];
    }),
  );
}

describe('tidy', () => {
  it('gives every node a place of its own, the same each time', () => {
    const some = fc.record({
      machines: fc.integer({ min: 1, max: 24 }),
      networks: fc.integer({ min: 1, max: 8 }),
      pairs: fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(some, ({ machines, networks, pairs }) => {
        const drawn = diagram(machines, networks, pairs);
        const places = tidy(drawn);
        expect(Object.keys(places).sort()).toEqual(drawn.nodes.map(({ id }) => id).sort());
        expect(overlaps(drawn, places)).toEqual([]);
        expect(tidy(drawn)).toEqual(places);
      }),
      { numRuns: 60 },
    );
  });

  it('has many machines of one network in a block, and what is wired to nothing below', () => {
    const drawn = diagram(
      60,
      1,
      Array.from({ length: 50 }, (_, n) => [n, 0] as const),
    );
    const places = tidy(drawn);
    const xs = drawn.nodes.map(({ id }) => places[id]?.x ?? 0);
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(2000);
    const lowestWired = Math.max(...Array.from({ length: 50 }, (_, n) => places[`vm:${n}`]?.y ?? 0));
    expect(places['vm:55']?.y).toBeGreaterThan(lowestWired);
  });

  it('keeps what a person placed, and puts what is new where nothing is', () => {
    const before = diagram(3, 1, [
      [0, 0],
      [1, 0],
    ]);
    const placed = { ...tidy(before), 'vm:0': { x: 900, y: -40 } };
    const after = diagram(6, 2, [
      [0, 0],
      [1, 0],
      [4, 0],
      [5, 1],
    ]);
    const places = withPlaces(after, placed);
    for (const [id, at] of Object.entries(placed)) expect(places[id]).toEqual(at);
    expect(overlaps(after, places)).toEqual([]);
    expect(withPlaces(after, places)).toBe(places);
  });
});
