import { useEffect } from 'react';
import { callHost, useConnection } from '../stores/connection-store.js';

/** Has the host look for machines started outside Paddock when the window opens and whenever it is come back to. */
export function useForeignLook(): void {
  const client = useConnection((connection) => connection.client);
  useEffect(() => {
    if (!client) return;
    const look = (): void => void callHost('foreign.look', {});
    look();
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [client]);
}
