import type { ReactNode } from 'react';
import type { HostCommand } from '@shared/networks/host-setup.js';

/** What the list takes. */
interface HostCommandsProps {
  title: string;
  commands: readonly HostCommand[];
  tools: ReactNode;
}

/** Commands to review, each with what it does. */
export function HostCommands({ title, commands, tools }: HostCommandsProps) {
  return (
    <section className="hostcommands" aria-label={title}>
      <div className="row">
        <h3>{title}</h3>
        <span className="end">{tools}</span>
      </div>
      <ol>
        {commands.map(({ argv, why }) => (
          <li key={argv.join(' ')}>
            <code>{argv.join(' ')}</code>
            <span className="sec">{why}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
