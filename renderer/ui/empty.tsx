import type { ReactNode } from 'react';
import './empty.css';

/** An empty place: one line what it is for. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
