import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Every folder and socket of Paddock that more than one program must find, named once. */
export interface PaddockPaths {
  /** Machines, layers, images, logs: `$XDG_DATA_HOME/paddock`. */
  dataDir: string;
  /** Sockets, gone after a reboot: `$XDG_RUNTIME_DIR/paddock`, 0700. */
  runtimeDir: string;
  /** The host listens here, 0600. */
  hostSocket: string;
  /** What the host has to say about itself. */
  hostLog: string;
}

/** Where this user's Paddock lives. Without XDG_RUNTIME_DIR (no login session) sockets go under the temp folder. */
export function paddockPaths(env: NodeJS.ProcessEnv = process.env): PaddockPaths {
  const user = userInfo();
  const dataHome = env['XDG_DATA_HOME'] || join(env['HOME'] || user.homedir, '.local', 'share');
  const runtimeDir = env['XDG_RUNTIME_DIR']
    ? join(env['XDG_RUNTIME_DIR'], 'paddock')
    : join(tmpdir(), `paddock-${user.uid}`);
  const dataDir = join(dataHome, 'paddock');
  return {
    dataDir,
    runtimeDir,
    hostSocket: join(runtimeDir, 'host.sock'),
    hostLog: join(dataDir, 'host.log'),
  };
}
