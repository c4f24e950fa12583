/** True for the keys that stay with Paddock while a console has the keyboard: everything with Ctrl and Shift. */
export function isPaddocksKey(event: KeyboardEvent): boolean {
  return event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
}
