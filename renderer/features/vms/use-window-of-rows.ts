import { useCallback, useEffect, useLayoutEffect, useState, type RefObject } from 'react';

/** Lists up to this long are drawn whole, which the browser's own find and screen readers like better. */
const WHOLE_UP_TO = 120;
const MARGIN_ROWS = 12;

/** The part of a long list that is drawn, and how high the undrawn parts are. */
export interface WindowOfRows {
  first: number;
  end: number;
  above: number;
  below: number;
  /** Brings a row into sight. */
  reveal: (row: number) => void;
}

/** Draws only the rows near what is seen of a scrolled list of equal rows. */
export function useWindowOfRows(list: RefObject<HTMLElement | null>, count: number): WindowOfRows {
  const [rowHeight, setRowHeight] = useState(30);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  const isWhole = count <= WHOLE_UP_TO;

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = (): void => {
      setRowHeight(rowOf(element));
      setSeen({ top: element.scrollTop, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, count]);

  useEffect(() => {
    const element = list.current;
    if (!element || isWhole) return;
    const scrolled = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight });
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => element.removeEventListener('scroll', scrolled);
  }, [list, isWhole]);

  const reveal = useCallback(
    (row: number) => {
      const element = list.current;
      if (!element) return;
      const top = row * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight - 8)
        element.scrollTop = top + rowHeight - element.clientHeight + 8;
    },
    [list, rowHeight],
  );

  if (isWhole) return { first: 0, end: count, above: 0, below: 0, reveal };
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - MARGIN_ROWS);
  const end = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + MARGIN_ROWS);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight, reveal };
}

function rowOf(list: HTMLElement): number {
  return list.querySelector('[role=option]')?.getBoundingClientRect().height || 30;
}
