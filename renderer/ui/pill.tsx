import type { ReactNode } from 'react';
import './pill.css';

/** A state in two or three words: the shape says it first, the colour second. */
export function Pill({ tone, icon, children }: PillProps) {
  return (
    <span className={`pill ${tone}`}>
      {icon}
      {children}
    </span>
  );
}

/** What a pill takes. */
export interface PillProps {
  tone: 'running' | 'starting' | 'paused' | 'stopped' | 'crashed' | 'broken';
  icon: ReactNode;
  children: ReactNode;
}
