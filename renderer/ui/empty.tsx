import type { ReactNode } from 'react';
import './empty.css';

/** An empty place: one line what it is for. `level`: of its heading, one below that of the place. */
export function Empty({ title, level = 3, children }: EmptyProps) {
  const Heading = `h${level}` as const;
  return (
    <div className="empty">
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

/** What an empty place takes. */
export interface EmptyProps {
  title: string;
  level?: 2 | 3;
  children?: ReactNode;
}
