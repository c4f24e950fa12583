import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ViewSize } from '@shared/consoles/view-size.js';
import { ConsoleViewers, type Viewing } from './console-viewers.js';

/** A console with viewers that remember what they were told last. */
function scene(count: number) {
  const sizes: ViewSize[] = [];
  const viewers = new ConsoleViewers((size) => sizes.push(size));
  const told: (Viewing | null)[] = Array.from({ length: count }, () => null);
  const people = told.map((_, place) => ({ tell: (viewing: Viewing) => void (told[place] = viewing) }));
  return { sizes, viewers, told, people };
}

test('the guest gets the smaller of two sizes, and the whole of one when the other is gone', () => {
  const { sizes, viewers, told, people } = scene(2);
  const [a, b] = people;
  if (!a || !b) throw new Error('two');
  viewers.set(a, { cols: 120, rows: 30 });
  viewers.set(b, { cols: 80, rows: 40 });
  expect(sizes).toEqual([
    { cols: 120, rows: 30 },
    { cols: 80, rows: 30 },
  ]);
  expect(told[0]).toEqual({ limit: { cols: 80, rows: 40 }, answers: true });
  expect(told[1]).toEqual({ limit: { cols: 120, rows: 30 }, answers: false });
  // Out of sight it limits nobody, and leaves the answers to who is seen.
  viewers.set(a, null);
  expect(sizes.at(-1)).toEqual({ cols: 80, rows: 40 });
  expect(told.map((each) => each?.answers)).toEqual([false, true]);
  viewers.leave(b);
  expect(told[0]).toEqual({ limit: null, answers: true });
  // Nobody looks: the guest keeps its size.
  expect(sizes).toHaveLength(3);
});

test('whoever comes and goes: the size fits all who look, one of those who are there answers', () => {
  const room = fc.option(
    fc.record({ cols: fc.integer({ min: 2, max: 300 }), rows: fc.integer({ min: 1, max: 100 }) }),
  );
  const deed = fc.record({ who: fc.nat(3), room: fc.option(room, { nil: 'leave' as const }) });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
      const { sizes, viewers, told, people } = scene(4);
      const rooms = new Map<number, ViewSize | null>();
      for (const { who, room: next } of deeds) {
        const viewer = people[who];
        if (!viewer) continue;
        if (next === 'leave') {
          rooms.delete(who);
          viewers.leave(viewer);
        } else {
          rooms.set(who, next);
          viewers.set(viewer, next);
        }
        const seen = [...rooms.values()].filter((each) => each !== null);
        if (seen.length > 0)
          expect(sizes.at(-1)).toEqual({
            cols: Math.min(...seen.map((each) => each.cols)),
            rows: Math.min(...seen.map((each) => each.rows)),
          });
        const answering = [...rooms.keys()].filter((each) => told[each]?.answers);
        expect(answering).toHaveLength(rooms.size === 0 ? 0 : 1);
        for (const [each, own] of rooms) {
          const limit = told[each]?.limit;
          if (!own) continue;
          // Room and limit together are what the guest has.
          expect({
            cols: Math.min(own.cols, limit?.cols ?? own.cols),
            rows: Math.min(own.rows, limit?.rows ?? own.rows),
          }).toEqual(sizes.at(-1));
        }
      }
    }),
  );
});
