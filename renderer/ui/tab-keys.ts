import type { KeyboardEvent } from 'react';

/** Arrow keys, Home and End in a row of tabs: moves the focus, and with it the choice. */
export function moveInTabs(event: KeyboardEvent<HTMLElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const here = tabs.indexOf(document.activeElement as HTMLElement);
  if (here < 0) return;
  const step = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const tab = tabs[(step + tabs.length) % tabs.length];
  tab?.focus();
  tab?.click();
}
