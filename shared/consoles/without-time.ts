import { plainText } from './plain-text.js';

/** The kernel's time since its start, `[    0.123456] `, and with CONFIG_PRINTK_CALLER who said it, `[    T1] `. */
const stamp = /^\[ *\d+\.\d{6}\](?:\[ *[TC]\d+\])? ?/;

/** A line of a console without what differs from run to run by itself: the kernel's times, colours, spaces at its end. */
export function withoutTime(line: string): string {
  return plainText(line).replace(stamp, '').trimEnd();
}
