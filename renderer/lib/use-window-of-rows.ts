import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';

/** Lists up to this long are drawn whole, which the browser's own find and screen readers like better. */
const WHOLE_UP_TO = 120;
const MARGIN_ROWS = 12;
/** Room below the last row. */
const END_PX = 8;

/** The part of a long list that is drawn, and how high the undrawn parts are. */
export interface WindowOfRows {
  first: number;
  end: number;
  above: number;
  below: number;
  /** Brings a row into sight. */
  reveal: (row: number) => void;
}

/** Sizes of a list that is drawn otherwise than that of machines. */
export interface RowSizes {
  /** The custom property that has the height of a row, in rem. */
  rowToken: string;
  /** That of a head which stays above the rows. */
  headToken: string;
}

/** Draws only the rows near what is seen of a scrolled list of equal rows. */
export function useWindowOfRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  sizes?: RowSizes,
): WindowOfRows {
  const rowToken = sizes?.rowToken ?? '--h-row';
  const headToken = sizes?.headToken ?? null;
  const [headHeight, setHeadHeight] = useState(0);
  const [rowHeight, setRowHeight] = useState(30);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  const isWhole = count <= WHOLE_UP_TO;

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = (): void => {
      setRowHeight(heightIn(element, rowToken) || 30);
      setHeadHeight(headToken === null ? 0 : heightIn(element, headToken));
      setSeen({ top: element.scrollTop, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, rowToken, headToken]);

  useEffect(() => {
    const element = list.current;
    if (!element || isWhole) return;
    const scrolled = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight });
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => element.removeEventListener('scroll', scrolled);
  }, [list, isWhole]);

  const reveal = (row: number): void => {
    const element = list.current;
    if (!element) return;
    const top = row * rowHeight;
    if (top < element.scrollTop) element.scrollTo({ top });
    else if (headHeight + top + rowHeight > element.scrollTop + element.clientHeight - END_PX)
      element.scrollTo({ top: headHeight + top + rowHeight - element.clientHeight + END_PX });
  };

  if (isWhole) return { first: 0, end: count, above: 0, below: 0, reveal };
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - MARGIN_ROWS);
  const end = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + MARGIN_ROWS);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight, reveal };
}

/** A height in px; the token is in rem. */
function heightIn(list: HTMLElement, token: string): number {
  const rem = parseFloat(getComputedStyle(list).getPropertyValue(token)) || 0;
  return rem * parseFloat(getComputedStyle(document.documentElement).fontSize);
}
