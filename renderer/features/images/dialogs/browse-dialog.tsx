import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { ImageEntry } from '@shared/api/image-calls.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';
import { bridge } from '../../../lib/bridge.js';
import { formatBytes } from '../../../lib/format.js';
import { useWindowOfRows } from '../../../lib/use-window-of-rows.js';
import { visibleLine } from '../../../lib/visible-text.js';
import { callHost } from '../../../stores/connection-store.js';
import { useAnswer } from '../../../stores/use-answer.js';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { ExportIcon, FolderIcon, LinkIcon, LogIcon, MoreIcon, PlusIcon } from '../../../ui/icons.js';
import { LinkButton } from '../../../ui/link-button.js';
import { ErrorNote } from '../../../ui/note.js';
import { entriesInOrder, folderOf, joined, modeWords, partsOf } from './image-folder.js';
import './image-dialogs.css';

/** What the dialog takes. */
interface BrowseDialogProps {
  image: Image;
  /** Why nothing can be put into it now. */
  putReason: string | null;
  onClose: () => void;
}

/** Goes through the folders of an image, copies a file out of it, or puts one in. */
export function BrowseDialog({ image, putReason, onClose }: BrowseDialogProps) {
  const [folder, setFolder] = useState('/');
  const [selected, setSelected] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const [error, setError] = useState<PaddockError | null>(null);
  const answer = useAnswer('images.browse', { id: image.id, path: folder });
  const entries = answer?.ok ? entriesInOrder(answer.value.entries) : [];
  const entry = entries.find(({ name }) => name === selected);
  const go = (to: string, select: string | null = null): void => {
    setFolder(to);
    setSelected(select);
    setError(null);
    setSaid('');
  };
  const putIn = async (): Promise<void> => {
    const from = await bridge.files.askForPath('file');
    if (from === null) return;
    const to = joined(folder, from.split('/').at(-1) ?? '');
    const outcome = await callHost('images.customise', {
      id: image.id,
      changes: { files: [{ from, to, mode: null }] },
      secrets: {},
    });
    // How it goes on stands on the image's page.
    if (outcome.ok) onClose();
    else setError(outcome.error);
  };
  const open = ({ name, kind }: ImageEntry): void => {
    if (kind === 'folder') go(joined(folder, name));
  };
  const up = (): void => {
    if (folder !== '/') go(folderOf(folder), partsOf(folder).at(-1) ?? null);
  };
  const copyOut = async (): Promise<void> => {
    if (!entry) return;
    const to = await bridge.files.askWhereToSave(visibleLine(entry.name, 100));
    if (to === null) return;
    const outcome = await callHost('images.readFile', { id: image.id, path: joined(folder, entry.name), to });
    setError(outcome.ok ? null : outcome.error);
    setSaid(outcome.ok ? `${formatBytes(outcome.value.bytes)} written to ${outcome.value.path}.` : '');
  };
  return (
    <Dialog
      title={`Files of ${image.name}`}
      text={<p>Nothing in the image is changed by looking.</p>}
      onClose={onClose}
      footer={
        <>
          <span className="xs sec grow" role="status">
            {said}
          </span>
          <Button icon={<PlusIcon />} reason={putReason} onClick={() => void putIn()}>
            Put a file here…
          </Button>
          <Button
            icon={<ExportIcon />}
            reason={
              !entry ? 'Select a file first.' : entry.kind === 'file' ? null : 'Only files can be copied out.'
            }
            onClick={() => void copyOut()}
          >
            Copy the file out…
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <nav className="crumbs mono" aria-label="Folder">
        <LinkButton onClick={() => go('/')}>/</LinkButton>
        {partsOf(folder).map((part, n, parts) => (
          <span key={n}>
            <LinkButton onClick={() => go(`/${parts.slice(0, n + 1).join('/')}`)}>
              {visibleLine(part, 60)}
            </LinkButton>
            {n < parts.length - 1 && <span className="ter">/</span>}
          </span>
        ))}
      </nav>
      {answer && !answer.ok && <ErrorNote error={answer.error} />}
      {error && <ErrorNote error={error} />}
      {!(answer && !answer.ok) && (
        <Entries
          key={folder}
          entries={entries}
          isLoaded={answer !== null}
          selected={selected}
          onSelect={setSelected}
          onOpen={open}
          onUp={up}
        />
      )}
    </Dialog>
  );
}

interface EntriesProps {
  entries: readonly ImageEntry[];
  isLoaded: boolean;
  selected: string | null;
  onSelect: (name: string) => void;
  onOpen: (entry: ImageEntry) => void;
  onUp: () => void;
}

function Entries({ entries, isLoaded, selected, onSelect, onOpen, onUp }: EntriesProps) {
  const list = useRef<HTMLDivElement>(null);
  const seen = useWindowOfRows(list, entries.length);
  const at = entries.findIndex(({ name }) => name === selected);
  useEffect(() => list.current?.focus(), []);
  useEffect(() => {
    if (at >= 0) seen.reveal(at);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- only what is selected anew moves the list
  }, [at]);
  const goTo = (place: number): void => {
    const entry = entries[Math.min(entries.length - 1, Math.max(0, place))];
    if (entry) onSelect(entry.name);
  };
  const pressed = (event: KeyboardEvent): void => {
    const here = entries[at];
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(at + 1),
      ArrowUp: () => goTo(at - 1),
      PageDown: () => goTo(at + 10),
      PageUp: () => goTo(at - 10),
      Home: () => goTo(0),
      End: () => goTo(entries.length - 1),
      Enter: () => here && onOpen(here),
      ArrowRight: () => here && onOpen(here),
      ArrowLeft: onUp,
      Backspace: onUp,
    };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.altKey) return;
    step();
    event.preventDefault();
  };
  const drawn = at >= seen.first && at < seen.end ? at : -1;
  return (
    <div
      ref={list}
      className="browser in"
      role="listbox"
      aria-label="Entries"
      tabIndex={0}
      aria-busy={!isLoaded}
      aria-activedescendant={drawn >= 0 ? `image-entry-${drawn}` : undefined}
      onKeyDown={pressed}
      onClick={(event) => {
        const entry = entryAt(event.target, entries);
        if (entry) onSelect(entry.name);
      }}
      onDoubleClick={(event) => {
        const entry = entryAt(event.target, entries);
        if (entry) onOpen(entry);
      }}
    >
      {isLoaded && entries.length === 0 && <p className="browsernone">This folder is empty.</p>}
      {seen.above > 0 && <div style={{ height: seen.above }} role="presentation" />}
      {entries.slice(seen.first, seen.end).map((entry, n) => {
        const index = seen.first + n;
        return (
          <div
            key={entry.name}
            id={`image-entry-${index}`}
            className="browserow"
            role="option"
            tabIndex={-1}
            aria-selected={entry.name === selected}
            aria-setsize={entries.length}
            aria-posinset={index + 1}
            data-name={entry.name}
          >
            <EntryIcon kind={entry.kind} />
            <span className="ell" title={entry.target === '' ? undefined : visibleLine(entry.target)}>
              {visibleLine(entry.name)}
              {entry.target !== '' && <span className="ter"> → {visibleLine(entry.target)}</span>}
              {entry.kind === 'folder' && <span className="sr">, a folder</span>}
            </span>
            <span className="mono xs ter">{modeWords(entry)}</span>
            <span className="xs ter num">
              {entry.uid}:{entry.gid}
            </span>
            <span className="xs ter num r">{entry.kind === 'file' ? formatBytes(entry.bytes) : ''}</span>
          </div>
        );
      })}
      {seen.below > 0 && <div style={{ height: seen.below }} role="presentation" />}
    </div>
  );
}

/** The entry whose row something is in. */
function entryAt(target: EventTarget, entries: readonly ImageEntry[]): ImageEntry | undefined {
  const name = target instanceof Element ? target.closest('[data-name]')?.getAttribute('data-name') : null;
  return entries.find((entry) => entry.name === name);
}

function EntryIcon({ kind }: Pick<ImageEntry, 'kind'>) {
  switch (kind) {
    case 'folder':
      return <FolderIcon size="s" />;
    case 'link':
      return <LinkIcon size="s" />;
    case 'file':
      return <LogIcon size="s" />;
    case 'other':
      return <MoreIcon size="s" />;
  }
}
