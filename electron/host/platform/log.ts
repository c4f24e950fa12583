import { writeSync } from 'node:fs';

/**
 * The host's own log: one JSON object a line on stdout, which whoever starts the host directs into host.log.
 * `info` is the course of things, `warn` what was mended or refused, `error` what should not have happened.
 */
export function log(
  level: 'info' | 'warn' | 'error',
  message: string,
  facts: Record<string, unknown> = {},
): void {
  try {
    writeSync(1, `${JSON.stringify({ at: new Date().toISOString(), level, message, ...facts })}\n`);
  } catch {
    // A full disk, or nobody to read it: what can't be logged must not stop what it was about.
  }
}
