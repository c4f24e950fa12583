import { ApiClient, HELLO_LIMIT_MS } from '@shared/api/client.js';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { bridge } from './bridge.js';

/** Where a connection tells what becomes of it. */
export interface ConnectionListener {
  /** The host said hello and speaks our contract. */
  onOpen(client: ApiClient): void;
  /** It is gone, or never came. Called once. */
  onClose(error: PaddockError | null): void;
}

/** Connects this window to the host, and hangs up what was before. */
export function openHostConnection(listener: ConnectionListener): void {
  let open = true;
  const end = (error: PaddockError | null): void => {
    if (!open) return;
    open = false;
    client.lost();
    listener.onClose(error);
  };
  const client = new ApiClient({ send: (bytes) => bridge.send(bytes), close: () => end(null) });
  bridge.connect((bytes) => {
    if (!open) return;
    try {
      client.receive(bytes);
    } catch (error) {
      end(failure('internal', { message: String(error) }).error);
    }
  }, end);
  client.hello(new Promise((late) => setTimeout(late, HELLO_LIMIT_MS))).then(
    () => open && listener.onOpen(client),
    (error: unknown) => {
      // A lost connection is told by the bridge, with the better reason.
      if (error instanceof Failure && error.error.code !== 'connection-lost') end(error.error);
    },
  );
}
