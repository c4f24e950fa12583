import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { Terminal } from '@xterm/xterm';
import { createStore } from 'zustand/vanilla';
import type { ApiClient } from '@shared/api/client.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { encodeUtf8 } from '@shared/text-codec.js';
import type { VmId } from '@shared/vms/vm-spec.js';
import { preferencesStore } from '../../stores/preferences-store.js';
import { ConsoleFeed } from './console-feed.js';
import { isPaddocksKey } from './console-keys.js';
import { tellsUserInput } from './user-input.js';
import { fontReady, terminalFont, terminalTheme } from './terminal-theme.js';

/** Lines kept to scroll back to; all older ones are in the log on disk. */
const SCROLLBACK_LINES = 10_000;
/** History asked for when a console is opened: some 8,000 lines, parsed in about 60 ms (facts/electron 8). */
const HISTORY_BYTES = 512 * 1024;
/** Width of the ruler with the scroll thumb, 0.75rem. */
const RULER_PX = 12;

/** What the window shows about a console. */
export interface ConsoleView {
  phase: 'loading' | 'live' | 'failed';
  error: PaddockError | null;
  /** Something came while nobody looked. */
  hasNew: boolean;
  cols: number;
  rows: number;
  find: { index: number; count: number };
}

/** A terminal and its stream. It lives on while other tabs are shown. */
export class ConsoleSession {
  readonly terminal: Terminal;
  readonly search = new SearchAddon({ highlightLimit: 1000 });
  /** Holds the terminal; whoever shows it puts it into the page. */
  readonly element = document.createElement('div');
  readonly view = createStore<ConsoleView>(() => ({
    phase: 'loading',
    error: null,
    hasNew: false,
    cols: 0,
    rows: 0,
    find: { index: -1, count: 0 },
  }));
  private readonly fitter = new FitAddon();
  private readonly isUserInput: () => boolean;
  private feed: ConsoleFeed | null = null;
  private client: ApiClient | null = null;
  private streamId: number | null = null;
  private isVisible = false;
  /** The run that may be typed into; null while the machine is off. */
  private liveRun: number | null = null;
  private sentSize = '';
  private wantsFocus = false;

  constructor(
    readonly vmId: VmId,
    readonly number: number,
  ) {
    this.element.className = 'termhost';
    this.terminal = new Terminal({
      allowProposedApi: true, // decorations
      scrollback: SCROLLBACK_LINES,
      cursorInactiveStyle: 'outline',
      overviewRuler: { width: RULER_PX },
      linkHandler: { activate: () => {} },
      scrollOnEraseInDisplay: true,
      screenReaderMode: preferencesStore.getState().screenReader,
      theme: terminalTheme(),
      ...terminalFont(preferencesStore.getState().consoleStep),
    });
    const { terminal } = this;
    terminal.loadAddon(this.fitter);
    terminal.loadAddon(this.search);
    terminal.loadAddon(new UnicodeGraphemesAddon());
    // What a guest prints is data: it gets neither the clipboard (52) nor links (8).
    for (const code of [8, 52]) terminal.parser.registerOscHandler(code, () => true);
    terminal.attachCustomKeyEventHandler((event) => !isPaddocksKey(event));
    this.isUserInput = tellsUserInput(terminal);
    terminal.onData((data) => this.type(encodeUtf8(data)));
    terminal.onBinary((data) => this.type(Uint8Array.from(data, (letter) => letter.charCodeAt(0))));
    terminal.onResize(({ cols, rows }) => this.view.setState({ cols, rows }));
    this.search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.view.setState({ find: { index: resultIndex, count: resultCount } }),
    );
  }

  /** True when keys reach the guest. */
  get canType(): boolean {
    return this.liveRun !== null && this.streamId !== null;
  }

  /** Shows the terminal inside `parent` and begins to follow its size. */
  show(parent: HTMLElement): void {
    parent.append(this.element);
    this.isVisible = true;
    this.view.setState({ hasNew: false });
    void fontReady.then(() => {
      if (!this.isVisible) return;
      if (!this.terminal.element) this.terminal.open(this.element);
      this.fit();
      if (this.wantsFocus) this.focus();
    });
  }

  /** Gives it the keyboard, as soon as it can take it. */
  focus(): void {
    this.wantsFocus = !this.terminal.element;
    this.terminal.focus();
  }

  /** Takes the terminal out of the page; it goes on in the background, unpainted. */
  hide(): void {
    this.isVisible = false;
    this.element.remove();
  }

  /** Fits the terminal to its place and tells the guest. */
  fit(): void {
    if (!this.isVisible || !this.terminal.element) return;
    this.fitter.fit();
    this.view.setState({ cols: this.terminal.cols, rows: this.terminal.rows });
    this.tellSize();
  }

  /** Says which run may be typed into; a new run doesn't know the size yet. */
  follow(liveRun: number | null): void {
    if (liveRun === this.liveRun) return;
    this.liveRun = liveRun;
    this.sentSize = '';
    this.tellSize();
  }

  /** Opens the stream on a connection, from the history on. Nothing when it is open there already. */
  async attach(client: ApiClient): Promise<void> {
    if (client === this.client) return;
    this.client = client;
    this.streamId = null;
    this.feed?.stop();
    this.sentSize = '';
    await fontReady;
    const outcome = await client.call('consoles.attach', {
      vmId: this.vmId,
      console: this.number,
      tailBytes: HISTORY_BYTES,
    });
    // A connection after this one was quicker.
    if (this.client !== client) return;
    if (!outcome.ok) {
      this.view.setState({ phase: 'failed', error: outcome.error });
      return;
    }
    const { streamId } = outcome.value;
    this.streamId = streamId;
    this.terminal.reset();
    this.view.setState({ phase: 'loading', error: null });
    const feed = new ConsoleFeed(this.terminal, {
      onHandled: (count) => client.ack(streamId, count),
      onLive: () => this.view.setState({ phase: 'live' }),
      onFresh: () => {
        if (!this.isVisible && !this.view.getState().hasNew) this.view.setState({ hasNew: true });
      },
    });
    this.feed = feed;
    client.listen(streamId, {
      onOutput: (bytes) => feed.output(bytes),
      onEvent: (event) => feed.event(event),
    });
    this.tellSize();
  }

  /** Takes over theme, text size and screen reader mode from the preferences in force. */
  restyle(): void {
    const { consoleStep, screenReader } = preferencesStore.getState();
    Object.assign(this.terminal.options, {
      theme: terminalTheme(),
      screenReaderMode: screenReader,
      ...terminalFont(consoleStep),
    });
    requestAnimationFrame(() => this.fit());
  }

  /** Paints the selection as the present match while finding. */
  showFinding(isFinding: boolean): void {
    if (!isFinding) this.search.clearDecorations();
    this.terminal.options.theme = terminalTheme(isFinding);
  }

  /** Ends it for good. */
  dispose(): void {
    this.hide();
    this.feed?.stop();
    if (this.client && this.streamId !== null) void this.client.detach(this.streamId);
    this.client = null;
    this.terminal.dispose();
  }

  private type(bytes: Uint8Array): void {
    const isUsers = this.isUserInput();
    // While history is parsed, xterm answers questions that were put, and answered, long ago.
    if (!this.feed?.isLive && !isUsers) return;
    if (this.client && this.streamId !== null && this.liveRun !== null)
      this.client.type(this.streamId, bytes);
  }

  private tellSize(): void {
    const { cols, rows } = this.terminal;
    const size = `${cols}x${rows}`;
    if (!this.isVisible || !this.terminal.element || this.liveRun === null || !this.client) return;
    if (size === this.sentSize || cols < 2) return;
    this.sentSize = size;
    void this.client.call('consoles.resize', { vmId: this.vmId, console: this.number, cols, rows });
  }
}
