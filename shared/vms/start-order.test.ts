import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startCircle } from './start-order.js';
import { vmIdSchema, type VmId } from './vm-id.js';
import type { StartAfter } from './vm-spec.js';

const id = (n: number): VmId => vmIdSchema.parse(`abcdef${String(n).padStart(6, '0')}`);
const after = (...ns: number[]): StartAfter => ns.map((n) => ({ vmId: id(n), ready: { kind: 'running' } }));

test('a circle is named whole, from its beginning to its beginning', () => {
  const graph = new Map([
    [id(1), after(2)],
    [id(2), after(3)],
    [id(3), after(1)],
  ]);
  expect(startCircle(graph, id(1))).toEqual([id(1), id(2), id(3), id(1)]);
  expect(startCircle(new Map([[id(1), after(1)]]), id(1))).toEqual([id(1), id(1)]);
});

test('a circle that somebody else is in is not its fault, and is no endless walk', () => {
  const graph = new Map([
    [id(1), after(2)],
    [id(2), after(3)],
    [id(3), after(2)],
  ]);
  expect(startCircle(graph, id(1))).toBeNull();
});

test('where everybody starts after lower numbers only there is no circle; one arrow back makes one', () => {
  const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 });
  fc.assert(
    fc.property(pairs, (list) => {
      const graph = new Map<VmId, StartAfter>();
      for (const [a, b] of list) {
        if (a > b) graph.set(id(a), [...(graph.get(id(a)) ?? []), ...after(b)]);
      }
      for (let n = 0; n < 10; n += 1) expect(startCircle(graph, id(n))).toBeNull();
      const [first] = graph.keys();
      if (!first) return;
      const target = graph.get(first)?.[0]?.vmId as VmId;
      graph.set(target, [...(graph.get(target) ?? []), { vmId: first, ready: { kind: 'running' } }]);
      expect(startCircle(graph, first)).not.toBeNull();
    }),
  );
});
