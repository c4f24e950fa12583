import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsoleName } from './console-name.js';
import {
  closePane,
  closeView,
  duplicateView,
  evenOut,
  focusPane,
  mergePanes,
  moveBeside,
  moveBorder,
  moveView,
  nudgeView,
  showConsoleView,
  showView,
  splitFocused,
  splitOff,
  stepView,
} from './layout-changes.js';
import { dropSide, paneBeside, placesOf } from './layout-places.js';
import {
  MOST_PANES,
  focusedPane,
  normalised,
  panesOf,
  parseLayout,
  plainLayout,
  shownView,
  viewsOf,
  type ConsoleLayout,
  type LayoutNode,
} from './layout.js';

const all: readonly ConsoleName[] = ['con0', 'con1', 'con2', 'ssl0', 'rescue'];
const sides = ['left', 'right', 'up', 'down'] as const;

/** One thing a person, or the machine, does; the numbers pick among what there is. */
type Deed = (layout: ConsoleLayout, consoles: ConsoleName[]) => ConsoleLayout;
const deed: fc.Arbitrary<Deed> = fc
  .tuple(
    fc.nat(14),
    fc.nat(),
    fc.nat(),
    fc.constantFrom(...sides),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([kind, a, b, side, share]): Deed => (layout, consoles) => {
    const views = viewsOf(layout);
    const panes = panesOf(layout);
    const view = views[a % views.length]?.id ?? -1;
    const pane = panes[b % panes.length]?.id ?? -1;
    const splits = splitsOf(layout.root);
    const split = splits[a % Math.max(1, splits.length)]?.id ?? -1;
    switch (kind) {
      case 0:
        return splitFocused(layout, a % 2 ? 'right' : 'down');
      case 1:
        return splitOff(layout, view, side);
      case 2:
        return duplicateView(layout, view, side);
      case 3:
        return moveView(layout, view, pane, a % 7);
      case 4:
        return moveBeside(layout, view, pane, side);
      case 5:
        return closeView(layout, view);
      case 6:
        return closePane(layout, pane);
      case 7:
        return a % 5 === 0 ? mergePanes(layout) : focusPane(layout, pane);
      case 8:
        return moveBorder(layout, split, b % 3, share);
      case 9:
        return evenOut(layout, split);
      case 10:
        return nudgeView(layout, view, a % 2 ? 1 : -1);
      case 11:
        return showView(layout, view);
      case 12:
        return stepView(layout, a % 2 ? 1 : -1);
      default: {
        const which = all[a % all.length] ?? 'con0';
        if (consoles.includes(which) && consoles.length > 1) consoles.splice(consoles.indexOf(which), 1);
        else if (!consoles.includes(which)) consoles.push(which);
        return normalised(layout, consoles);
      }
    }
  });

function splitsOf(node: LayoutNode): { id: number; way: string; shares: number[] }[] {
  if (node.kind === 'pane') return [];
  return [
    { id: node.id, way: node.way, shares: node.parts.map(({ share }) => share) },
    ...node.parts.flatMap((part) => splitsOf(part.node)),
  ];
}

/** What must hold of every layout, whatever was done. */
function expectSound(layout: ConsoleLayout, consoles: readonly ConsoleName[]): void {
  const panes = panesOf(layout);
  const views = viewsOf(layout);
  expect(new Set(views.map(({ console }) => console))).toEqual(new Set(consoles));
  expect(panes.length).toBeLessThanOrEqual(MOST_PANES);
  for (const pane of panes) expect(shownView(pane), 'each pane shows one of its views').toBeDefined();
  expect(panes.map(({ id }) => id)).toContain(layout.focused);
  for (const { shares } of splitsOf(layout.root)) {
    expect(shares.length).toBeGreaterThan(1);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    for (const share of shares) expect(share).toBeGreaterThan(0);
  }
  const nested = (node: LayoutNode): boolean =>
    node.kind === 'split' &&
    node.parts.some(
      (part) => (part.node.kind === 'split' && part.node.way === node.way) || nested(part.node),
    );
  expect(nested(layout.root), 'no split in a split of the same way').toBe(false);
  // What is kept comes back as it was, and nothing of it is refused.
  expect(parseLayout(JSON.stringify(layout))).toEqual(layout);
}

describe('whatever is done', () => {
  test('every console has a view, every pane shows one, and it can be kept', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const consoles: ConsoleName[] = ['con0', 'con1', 'con2'];
        let layout = plainLayout(consoles);
        for (const step of deeds) {
          layout = step(layout, consoles);
          expectSound(layout, consoles);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('panes and borders fill the area in whole pixels, and none lies on another', () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 25 }),
        fc.integer({ min: 300, max: 1500 }),
        fc.integer({ min: 300, max: 900 }),
        (deeds, width, height) => {
          const consoles: ConsoleName[] = ['con0', 'con1', 'con2'];
          let layout = plainLayout(consoles);
          for (const step of deeds) layout = step(layout, consoles);
          const { panes, borders } = placesOf(layout, { width, height });
          const places = [...panes.values(), ...borders];
          for (const place of places)
            for (const part of [place.x, place.y, place.width, place.height]) {
              expect(Number.isInteger(part)).toBe(true);
              expect(part).toBeGreaterThanOrEqual(0);
            }
          expect(places.reduce((sum, place) => sum + place.width * place.height, 0)).toBe(width * height);
        },
      ),
    );
  });

  test('who goes to a side and back is where they were, or in a pane that touches it', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 25 }), fc.constantFrom(...sides), (deeds, side) => {
        const consoles: ConsoleName[] = ['con0', 'con1', 'con2'];
        let layout = plainLayout(consoles);
        for (const step of deeds) layout = step(layout, consoles);
        const there = paneBeside(layout, layout.focused, side);
        if (there === null) return;
        const opposite = { left: 'right', right: 'left', up: 'down', down: 'up' } as const;
        expect(there).not.toBe(layout.focused);
        expect(paneBeside(layout, there, opposite[side])).not.toBeNull();
      }),
    );
  });
});

test('a split puts the next console beside the shown one; a lone one is shown twice', () => {
  const split = splitFocused(plainLayout(['con0', 'con1']), 'right');
  expect(panesOf(split).map((pane) => shownView(pane)?.console)).toEqual(['con0', 'con1']);
  expect(focusedPane(split).views.map(({ console }) => console)).toEqual(['con1']);
  const third = splitFocused(splitFocused(plainLayout(['con0', 'con1', 'con2']), 'right'), 'down');
  expect(panesOf(third).map((pane) => shownView(pane)?.console)).toEqual(['con0', 'con1', 'con2']);
  const twice = splitFocused(plainLayout(['con0']), 'down');
  expect(panesOf(twice).map((pane) => shownView(pane)?.console)).toEqual(['con0', 'con0']);
});

test('closing the last view of a console makes it a tab again; closing a copy just ends the copy', () => {
  const split = splitFocused(plainLayout(['con0', 'con1']), 'right');
  const closed = closeView(split, focusedPane(split).shown);
  expect(panesOf(closed)).toHaveLength(1);
  expect(viewsOf(closed).map(({ console }) => console)).toEqual(['con0', 'con1']);
  expect(shownView(focusedPane(closed))?.console).toBe('con0');
  const alone = plainLayout(['con0']);
  expect(closeView(alone, focusedPane(alone).shown)).toBe(alone);
  const copied = duplicateView(alone, focusedPane(alone).shown, 'right');
  expect(viewsOf(closePane(copied, copied.focused))).toHaveLength(1);
});

test('tabs change places, in their pane and into another', () => {
  const plain = plainLayout(['con0', 'con1', 'con2']);
  const order = (layout: ConsoleLayout): string[][] =>
    panesOf(layout).map((pane) => pane.views.map(({ console }) => console));
  expect(order(nudgeView(plain, 1, 1))).toEqual([['con1', 'con0', 'con2']]);
  expect(order(nudgeView(plain, 1, -1))).toEqual([['con1', 'con2', 'con0']]);
  expect(order(nudgeView(plain, 3, 1))).toEqual([['con2', 'con0', 'con1']]);
  expect(order(moveView(plain, 3, 0, 0))).toEqual([['con2', 'con0', 'con1']]);
  const split = splitOff(plain, 2, 'left');
  expect(order(split)).toEqual([['con1'], ['con0', 'con2']]);
  // The last tab of a pane takes the pane with it.
  expect(order(moveView(split, 2, 0, 1))).toEqual([['con0', 'con1', 'con2']]);
  expect(order(moveBeside(split, 3, focusedPane(split).id, 'down'))).toEqual([['con1'], ['con2'], ['con0']]);
});

test('a console that goes takes its pane with it, one that comes is a tab where the keyboard is', () => {
  const split = splitFocused(plainLayout(['con0', 'rescue']), 'right');
  const gone = normalised(split, ['con0']);
  expect(panesOf(gone)).toHaveLength(1);
  const back = normalised(gone, ['con0', 'con1']);
  expect(focusedPane(back).views.map(({ console }) => console)).toEqual(['con0', 'con1']);
  expect(shownView(focusedPane(back))?.console).toBe('con0');
  expect(normalised(back, ['con0', 'con1'])).toBe(back);
});

test('showing a console goes to where it is seen already', () => {
  const split = splitFocused(plainLayout(['con0', 'con1', 'con2']), 'right');
  expect(focusedPane(showConsoleView(split, 'con0')).id).toBe(0);
  expect(shownView(focusedPane(showConsoleView(split, 'con2')))?.console).toBe('con2');
});

test('no more panes than can be read', () => {
  let layout = plainLayout(['con0']);
  for (let n = 0; n < MOST_PANES + 5; n += 1) layout = splitFocused(layout, n % 2 ? 'right' : 'down');
  expect(panesOf(layout)).toHaveLength(MOST_PANES);
});

test('borders move between bounds, and even out', () => {
  const split = splitFocused(plainLayout(['con0', 'con1']), 'right');
  const { splitId } = placesOf(split, { width: 1001, height: 500 }).borders[0] ?? { splitId: -1 };
  const moved = moveBorder(split, splitId, 0, 0.25);
  expect([...placesOf(moved, { width: 1001, height: 500 }).panes.values()].map(({ width }) => width)).toEqual(
    [250, 750],
  );
  expect(splitsOf(moveBorder(split, splitId, 0, 7).root)[0]?.shares[1]).toBeCloseTo(0.05);
  expect(splitsOf(evenOut(moved, splitId).root)[0]?.shares).toEqual([0.5, 0.5]);
});

test('a drop near an edge splits there, in the middle it is a tab', () => {
  const pane = { x: 100, y: 50, width: 400, height: 200 };
  expect(dropSide({ x: 300, y: 150 }, pane)).toBeNull();
  expect(dropSide({ x: 110, y: 150 }, pane)).toBe('left');
  expect(dropSide({ x: 490, y: 150 }, pane)).toBe('right');
  expect(dropSide({ x: 300, y: 55 }, pane)).toBe('up');
  expect(dropSide({ x: 300, y: 245 }, pane)).toBe('down');
});

test('garbage is no layout', () => {
  const good = plainLayout(['con0', 'con1']);
  for (const text of [
    null,
    '',
    'null',
    '{}',
    '[1]',
    JSON.stringify({ ...good, nextId: 1 }),
    JSON.stringify({ ...good, root: { ...good.root, views: [] } }),
    JSON.stringify({ ...good, root: { ...good.root, views: [{ id: 1, console: 'con99' }] } }),
    '['.repeat(19_000),
    JSON.stringify(good).padEnd(30_000),
  ])
    expect(parseLayout(text), String(text).slice(0, 80)).toBeNull();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseLayout(JSON.stringify(value))).toBeNull();
    }),
  );
});
