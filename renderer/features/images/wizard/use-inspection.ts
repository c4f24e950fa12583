import { useEffect, useState } from 'react';
import type { Outcome } from '@shared/api/client.js';
import type { SourceFacts } from '@shared/images/source-facts.js';
import { callHost } from '../../../stores/connection-store.js';

/** It is looked at when typing rests this long. */
const REST_MS = 250;

/** What a path is, as the host finds by looking; null until it looked, and for what is no whole path. */
export function useInspection(path: string): Outcome<SourceFacts> | null {
  const wanted = path.trim();
  const [found, setFound] = useState<{ path: string; outcome: Outcome<SourceFacts> } | null>(null);
  useEffect(() => {
    if (!wanted.startsWith('/')) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void callHost('images.inspect', { path: wanted }).then((outcome) => {
        if (isCurrent) setFound({ path: wanted, outcome });
      });
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wanted]);
  return found?.path === wanted ? found.outcome : null;
}
