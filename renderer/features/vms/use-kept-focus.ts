import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * Keeps the keyboard among some buttons when one of them is swapped for another: without this the focus would be
 * on nothing after Shut down has become Start.
 */
export function useKeptFocus(): RefObject<HTMLElement | null> {
  const group = useRef<HTMLElement>(null);
  const wasInside = useRef(false);
  useEffect(() => {
    const moved = (event: FocusEvent): void => {
      wasInside.current = event.target instanceof Node && group.current?.contains(event.target) === true;
    };
    document.addEventListener('focusin', moved);
    return () => document.removeEventListener('focusin', moved);
  }, []);
  // After every render: any of them may have swapped a button.
  useLayoutEffect(() => {
    if (wasInside.current && document.activeElement === document.body)
      group.current?.querySelector('button')?.focus();
  });
  return group;
}
