import type { DiagramLink } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useCardRate } from '../../stores/figures-store.js';
import { classNames } from '../../ui/class-names.js';
import { linkName, rateText } from './link-words.js';
import '../../ui/table.css';

/** What the table takes. */
interface LinkTableProps {
  links: readonly DiagramLink[];
  vms: Readonly<Record<string, VmView>>;
  networks: Readonly<Record<string, NetworkView>>;
  selectedId: string | null;
  onSelect: (id: string) => void;
}

/** Every wire of the canvas as a line. */
export function LinkTable({ links, vms, networks, selectedId, onSelect }: LinkTableProps) {
  return (
    <table className="table linktable" aria-label="All links">
      <thead>
        <tr>
          <th>Link</th>
          <th>State</th>
          <th className="r">bit/s</th>
        </tr>
      </thead>
      <tbody>
        {links.map((link) => (
          <tr
            key={link.id}
            className={classNames(link.id === selectedId && 'on')}
            aria-current={link.id === selectedId ? 'true' : undefined}
            onClick={() => onSelect(link.id)}
          >
            <td className="ell">
              <button type="button" className="networkname" onClick={() => onSelect(link.id)}>
                {linkName(link, vms, networks)}
              </button>
            </td>
            <td className="sec">
              <span className="row linkstate">
                <svg
                  className={`st ${link.isUp ? 'running' : 'stopped'}`}
                  viewBox="0 0 12 12"
                  aria-hidden="true"
                >
                  {link.isUp ? (
                    <circle cx="6" cy="6" r="4" />
                  ) : (
                    <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
                  )}
                </svg>
                {link.isUp ? 'up' : 'off'}
              </span>
            </td>
            <td className="r num">
              <LinkRate link={link} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What goes by a wire now, both ways together; nothing where nobody can see it. */
export function LinkRate({ link: { plugs, isUp } }: { link: DiagramLink }) {
  const [plug] = plugs;
  const rate = useCardRate(plug?.vmId ?? '', plug?.unit ?? 0);
  return <>{isUp && rate !== null ? rateText(rate) : ''}</>;
}
