import { useState, type ReactNode } from 'react';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { CpuIcon, PlusIcon, RestartIcon } from '../../ui/icons.js';
import '../../ui/place.css';
import './kernels-page.css';

/** What the bar takes. */
interface KernelsBarProps {
  summary: string;
  /** The parts of the place. */
  tabs: ReactNode;
  onGet: () => void;
  onBuild: () => void;
  /** What else can be done in the part that is shown. */
  children?: ReactNode;
}

/** What can be done in the place of kernels. */
export function KernelsBar({ summary, tabs, onGet, onBuild, children }: KernelsBarProps) {
  const [isLooking, setIsLooking] = useState(false);
  const look = async (): Promise<void> => {
    setIsLooking(true);
    await callHost('kernels.refresh', {});
    setIsLooking(false);
  };
  return (
    <header className="placebar">
      <h1>Kernels</h1>
      {tabs}
      <span className="ter ell grow">{summary}</span>
      {children}
      <Button
        variant="quiet"
        collapses
        icon={<RestartIcon />}
        aria-label="Look again"
        reason={isLooking ? 'Looking for kernels.' : null}
        onClick={() => void look()}
      >
        Look again
      </Button>
      <Button icon={<CpuIcon />} onClick={onBuild}>
        Build a kernel…
      </Button>
      <Button icon={<PlusIcon />} onClick={onGet}>
        Get a kernel…
      </Button>
    </header>
  );
}
