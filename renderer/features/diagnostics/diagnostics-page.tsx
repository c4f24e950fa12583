import { useMemo } from 'react';
import { useHost } from '../../stores/host-store.js';
import { CheckList } from './check-list.js';
import { checksSummary, worstFirst } from './checks.js';
import '../../ui/page.css';

/** What was checked on this computer, any time. */
export function DiagnosticsPage() {
  const checks = useHost((state) => state.checks);
  const found = useMemo(() => worstFirst(checks), [checks]);
  const { headline, text } = checksSummary(found);
  return (
    <div className="page narrow">
      <div>
        <h1 className="diagtitle">{headline}</h1>
        <p className="sec diagtext">{text}</p>
        <CheckList checks={found} />
      </div>
    </div>
  );
}
