import { useMemo, useState, type KeyboardEvent } from 'react';
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import type { VmView } from '@shared/vms/vm-view.js';
import { focusConsole } from '../../features/consoles/console-commands.js';
import { nameOrCount } from '../../stores/bulk-store.js';
import { useHost } from '../../stores/host-store.js';
import { selectMachine } from '../../stores/ui-store.js';
import { classNames } from '../../ui/class-names.js';
import { CheckIcon, SearchIcon } from '../../ui/icons.js';
import { Keys } from '../../ui/keys.js';
import { contextNow } from '../actions/all-actions.js';
import { paletteGroups, paletteMachines, type PaletteEntry, type PaletteGroup } from './palette-entries.js';
import './palette.css';

/** Every action and every machine, by typing. Tab picks the machines that actions are about. */
export function Palette({ query: first, onClose }: { query: string; onClose: () => void }) {
  const [query, setQuery] = useState(first);
  const [isPicking, setIsPicking] = useState(false);
  const [pickedIds, setPickedIds] = useState<ReadonlySet<string> | null>(null);
  const vms = useHost((state) => state.vms);
  const picked = useMemo(
    () => (pickedIds === null ? undefined : [...pickedIds].flatMap((id) => vms[id] ?? [])),
    [pickedIds, vms],
  );

  const { groups, total } = useMemo(() => {
    if (isPicking) {
      const machines = paletteMachines(query, Object.values(vms), (vm) =>
        setPickedIds((before) => toggled(before, vm.id)),
      );
      return { groups: machines.items.length > 0 ? [machines] : [], total: Object.keys(vms).length };
    }
    return paletteGroups(query, contextNow(picked), showMachine);
  }, [query, isPicking, picked, vms]);
  const shown = groups.reduce((sum, { items }) => sum + items.length, 0);

  const choose = (entry: PaletteEntry): void => {
    if (entry.reason !== null) return;
    if (isPicking) return entry.run();
    onClose();
    // After the palette has given the focus back: the action may want it elsewhere.
    setTimeout(entry.run);
  };
  const pressed = (event: KeyboardEvent): void => {
    const isPaletteKey = event.ctrlKey && event.code === 'KeyK';
    if (isPaletteKey) onClose();
    if (event.key === 'Tab' && !event.shiftKey) {
      setIsPicking(!isPicking);
      setQuery('');
    }
    if (event.key === 'Escape' && isPicking) {
      setIsPicking(false);
      setQuery('');
      event.stopPropagation();
    }
    if (isPaletteKey || event.key === 'Tab' || (event.key === 'Escape' && isPicking)) event.preventDefault();
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim palettescrim" />
        <Dialog.Popup className="palette" aria-label="Search machines and actions" onKeyDownCapture={pressed}>
          <Autocomplete.Root<PaletteGroup>
            open
            inline
            mode="none"
            items={groups}
            value={query}
            onValueChange={(value, { reason }) => {
              // Choosing an entry would put its title there.
              if (reason === 'input-change' || reason === 'input-clear') setQuery(value);
            }}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={() => query}
          >
            <div className="q">
              <SearchIcon />
              {picked && picked.length > 0 && <span className="pchip">{nameOrCount(picked)}</span>}
              <Autocomplete.Input
                aria-label={isPicking ? 'Machines to pick' : 'Machines and actions'}
                aria-describedby="palette-keys"
                placeholder={isPicking ? 'Pick machines for the next action' : 'Search machines and actions'}
                spellCheck={false}
                maxLength={200}
              />
              <kbd aria-hidden="true">Esc</kbd>
            </div>
            <div className="res">
              <Autocomplete.Empty>
                <p className="pempty">
                  {isPicking ? 'No machine' : 'No machine and no action'} has “{query.trim()}” in it.
                </p>
              </Autocomplete.Empty>
              <Autocomplete.List aria-label="Found">
                {(group: PaletteGroup) => (
                  <Autocomplete.Group key={group.title} items={group.items}>
                    <Autocomplete.GroupLabel className="pgroup">{group.title}</Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(entry: PaletteEntry) => (
                        <Line
                          key={entry.id}
                          entry={entry}
                          isPicked={isPicking ? pickedIds?.has(entry.id.slice(3)) === true : null}
                          onChoose={() => choose(entry)}
                        />
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </div>
            <footer id="palette-keys">
              <span className="hide-s">
                <Keys keys={['↑', '↓']} /> choose
              </span>
              <span>
                <kbd>Enter</kbd> {isPicking ? 'pick or leave' : 'do it'}
              </span>
              <span>
                <kbd>Tab</kbd> {isPicking ? 'back to the actions' : 'pick other machines'}
              </span>
              <span className="end num">
                {shown} of {total}
              </span>
            </footer>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface LineProps {
  entry: PaletteEntry;
  /** null: lines aren't picked here. */
  isPicked: boolean | null;
  onChoose: () => void;
}

function Line({ entry, isPicked, onChoose }: LineProps) {
  const { icon, marks, keys, note, reason } = entry;
  return (
    <Autocomplete.Item
      value={entry}
      className="pitem"
      // Not Base UI's own `disabled`: what can't be done must be reachable, or nobody hears its reason.
      aria-disabled={reason === null ? undefined : true}
      {...(isPicked === null ? {} : { 'aria-checked': isPicked })}
      onClick={onChoose}
    >
      {isPicked !== null && (
        <span className={classNames('check', isPicked && 'on')} aria-hidden="true">
          <CheckIcon />
        </span>
      )}
      <span className="picon" aria-hidden="true">
        {icon}
      </span>
      <span className="ell">
        {marks.map((mark, n) =>
          mark.isHit ? (
            <span key={n} className="hit">
              {mark.text}
            </span>
          ) : (
            mark.text
          ),
        )}
      </span>
      <span className="end">{reason ?? (keys.length > 0 ? <Keys keys={keys} /> : note)}</span>
    </Autocomplete.Item>
  );
}

function showMachine(vm: VmView): void {
  selectMachine(vm.id);
  focusConsole();
}

function toggled(before: ReadonlySet<string> | null, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}
