import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's settings live (XDG base directories). */
export function configHome(env: NodeJS.ProcessEnv = process.env): string {
  return env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
}
