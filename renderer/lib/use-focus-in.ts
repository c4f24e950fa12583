import { useEffect, useState } from 'react';

/** Whether the keyboard is inside an element that `selector` finds. */
export function useFocusIn(selector: string): boolean {
  const [isIn, setIsIn] = useState(false);
  useEffect(() => {
    const look = (): void => setIsIn(document.activeElement?.closest(selector) != null);
    // At focusout the next element isn't focused yet, and none may come.
    const left = (event: FocusEvent): void => {
      if (event.relatedTarget === null) setIsIn(false);
    };
    look();
    document.addEventListener('focusin', look);
    document.addEventListener('focusout', left);
    return () => {
      document.removeEventListener('focusin', look);
      document.removeEventListener('focusout', left);
    };
  }, [selector]);
  return isIn;
}
