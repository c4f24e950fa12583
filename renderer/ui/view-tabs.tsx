import { Menu, MenuItem } from './menu.js';
import { CheckIcon, ChevronDownIcon } from './icons.js';
import { moveInTabs } from './tab-keys.js';
import './view-tabs.css';

/** A tab of a view. */
export interface ViewTab<T extends string> {
  value: T;
  title: string;
  /** How many things are in it, shown behind the title. */
  count?: number | undefined;
}

/** What the tabs of a view take. */
export interface ViewTabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly ViewTab<T>[];
  onChange: (value: T) => void;
}

/** The tabs of a view; in a window too narrow for them, a menu. */
export function ViewTabs<T extends string>({ label, value, tabs, onChange }: ViewTabsProps<T>) {
  const chosen = tabs.find((tab) => tab.value === value);
  return (
    <>
      <div className="vtabs inline" role="tablist" aria-label={label} tabIndex={-1} onKeyDown={moveInTabs}>
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            className="vtab in"
            role="tab"
            id={viewTabId(tab.value)}
            aria-selected={tab.value === value}
            aria-controls={tab.value === value ? viewPanelId(tab.value) : undefined}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}
          >
            {tab.title}
            {tab.count !== undefined && <span className="c">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div className="vtabs folded">
        <Menu
          trigger={
            <button type="button" className="vtab in current">
              {chosen?.title}
              <ChevronDownIcon size="s" />
            </button>
          }
        >
          {tabs.map((tab) => (
            <MenuItem
              key={tab.value}
              title={tab.title}
              icon={tab.value === value ? <CheckIcon /> : null}
              onChoose={() => onChange(tab.value)}
            />
          ))}
        </Menu>
      </div>
    </>
  );
}

/** The element id of a tab. */
export function viewTabId(value: string): string {
  return `view-tab-${value}`;
}

/** The element id of the panel that a tab shows. */
export function viewPanelId(value: string): string {
  return `view-panel-${value}`;
}
