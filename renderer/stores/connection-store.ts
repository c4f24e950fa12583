import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { ApiClient, Outcome } from '@shared/api/client.js';
import type { CallInput, CallName, CallOutput } from '@shared/api/calls.js';
import { failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { openHostConnection } from '../lib/host-connection.js';
import { receivePatch, receiveSnapshot } from './host-store.js';

/** How it stands between this window and the host. */
export interface ConnectionState {
  /** `lost`: it was there and is being looked for; `failed`: it was never there, `error` says why. */
  status: 'connecting' | 'connected' | 'lost' | 'failed';
  error: PaddockError | null;
  /** The connection in use; a new object after each reconnect, so that consoles know to attach again. */
  client: ApiClient | null;
}

/** Waits between tries to connect: quick at first, then calm. */
const RETRY_MS = [100, 250, 500, 1000, 2000, 5000] as const;

/** The one connection of this window. */
export const connectionStore = createStore<ConnectionState>(() => ({
  status: 'connecting',
  error: null,
  client: null,
}));

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Connects, and from then on connects again by itself whenever the host is gone. */
export function connectToHost(): void {
  clearTimeout(timer);
  openHostConnection({ onOpen: (client) => void begin(client), onClose: retryLater });
}

async function begin(client: ApiClient): Promise<void> {
  client.onPatch = ({ patch }) => {
    if (!receivePatch(patch)) void watch(client);
  };
  if (!(await watch(client))) return;
  failures = 0;
  connectionStore.setState({ status: 'connected', error: null, client });
}

async function watch(client: ApiClient): Promise<boolean> {
  const snapshot = await client.call('state.watch', {});
  if (snapshot.ok) receiveSnapshot(snapshot.value);
  return snapshot.ok;
}

function retryLater(error: PaddockError | null): void {
  const { status } = connectionStore.getState();
  const wasThere = status === 'connected' || status === 'lost';
  connectionStore.setState({
    status: wasThere && !error ? 'lost' : error ? 'failed' : 'connecting',
    error,
    client: null,
  });
  timer = setTimeout(connectToHost, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
  failures += 1;
}

/** Makes a call to the host; without a connection the answer is `connection-lost`. */
export function callHost<N extends CallName>(name: N, input: CallInput<N>): Promise<Outcome<CallOutput<N>>> {
  const { client } = connectionStore.getState();
  if (client) return client.call(name, input);
  return Promise.resolve({ ok: false, error: failure('connection-lost', {}).error });
}

/** A part of the connection's state. */
export function useConnection<T>(select: (state: ConnectionState) => T): T {
  return useStore(connectionStore, select);
}
