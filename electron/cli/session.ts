import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, HELLO_LIMIT_MS } from '@shared/api/client.js';
import { applyPatch, type Snapshot } from '@shared/api/state.js';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { connectToHost, connectToRunningHost } from '../link/host-link.js';

/** A connection to the host with a mirror of its state. */
export class Session {
  private snapshot: Snapshot;
  private waiting = new Set<() => void>();
  private gone = false;

  private constructor(
    readonly client: ApiClient,
    snapshot: Snapshot,
  ) {
    this.snapshot = snapshot;
  }

  /** Connects, and starts a host when none runs. */
  static async open(): Promise<Session> {
    return Session.over(await connectToHost());
  }

  /** Connects to a host that runs already; null when none does. */
  static async openRunning(): Promise<Session | null> {
    const socket = await connectToRunningHost();
    return socket && Session.over(socket);
  }

  private static async over(socket: Socket): Promise<Session> {
    const client = new ApiClient({
      send: (bytes) => void socket.write(bytes),
      close: () => void socket.end(),
    });
    let session: Session | null = null;
    socket.on('data', (bytes: Buffer) => {
      try {
        client.receive(bytes);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      client.lost();
      session?.lost();
    });
    try {
      // Unreferenced: the command doesn't wait for its own limit.
      await client.hello(delay(HELLO_LIMIT_MS, undefined, { ref: false }));
    } catch (error) {
      socket.destroy();
      throw error;
    }
    session = new Session(client, await client.must('state.watch', {}));
    const opened = session;
    client.onPatch = ({ patch }) => {
      const next = applyPatch(opened.snapshot, patch);
      // A socket loses nothing: a gap would be a bug, and a wrong mirror must not be acted on.
      if (!next) {
        socket.destroy();
        return;
      }
      opened.snapshot = next;
      for (const look of opened.waiting) look();
    };
    return opened;
  }

  /** The state as last heard. */
  get state(): Snapshot['state'] {
    return this.snapshot.state;
  }

  /** A machine by its name. Throws Failure `vm-unknown`. */
  vm(name: string): VmView {
    const vm = Object.values(this.state.vms).find((other) => other.name === name);
    if (!vm) throw failure('vm-unknown', { name });
    return vm;
  }

  /** Resolves to the first value that isn't null, looked at now and after every change. */
  until<T>(look: (state: Snapshot['state']) => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        try {
          if (this.gone) throw failure('connection-lost', {});
          const value = look(this.state);
          if (value === null) return void this.waiting.add(check);
          this.waiting.delete(check);
          resolve(value);
        } catch (error) {
          this.waiting.delete(check);
          reject(error);
        }
      };
      check();
    });
  }

  close(): void {
    this.client.close();
  }

  private lost(): void {
    this.gone = true;
    for (const look of this.waiting) look();
  }
}

/** Runs something with a connection and hangs up afterwards. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.open();
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

/** Throws an error that came as data. */
export function fail(error: PaddockError): never {
  throw new Failure(error);
}
