import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { Terminal } from '@xterm/xterm';
import { createStore } from 'zustand/vanilla';
import type { ApiClient } from '@shared/api/client.js';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { ConsoleFeed } from './console-feed.js';
import { boundGuestColours } from './guest-colours.js';
import { isPaddocksKey } from './console-keys.js';
import { EndKeeper } from './end-keeper.js';
import { RoomTeller } from './room-teller.js';
import { copySelections } from './copy-selections.js';
import { listenToTerminal } from './terminal-input.js';
import { TerminalLinks } from './terminal-links.js';
import { historyBytes, terminalOptions } from './terminal-options.js';
import { TerminalPainter } from './terminal-painter.js';
import { fontReady, terminalTheme } from './terminal-theme.js';

/** Bytes more than were shown, to bring back what was cleared: a tail begins after a line end. */
const UNDO_SLACK = 4096;
/** The most that may be asked for (consoles.attach); it takes some seconds. */
const UNDO_MAX = 64 * 1024 * 1024;
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
  /** Another view of the console has less room: this one shows only as much as fits into both. */
  isLimited: boolean;
  find: { index: number; count: number };
  /** It was cleared, and what was there can be brought back. */
  isCleared: boolean;
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
    isLimited: false,
    find: { index: -1, count: 0 },
    isCleared: false,
  }));
  readonly links: TerminalLinks;
  private readonly painter: TerminalPainter;
  private readonly fitter = new FitAddon();
  private feed: ConsoleFeed | null = null;
  private client: ApiClient | null = null;
  private streamId: number | null = null;
  private isVisible = false;
  /** The run that may be typed into; null while the machine is off. */
  private liveRun: number | null = null;
  private wantsFocus = false;
  /** Of several views of a console only one answers what the guest asks. */
  private answers = true;
  private readonly room: RoomTeller;
  /** Bytes shown since the stream was opened. */
  private shownBytes = 0;
  private readonly end: EndKeeper;

  constructor(
    readonly vmId: VmId,
    readonly console: ConsoleName,
    /** Which of the views of the console it is, when there are several. */
    readonly viewId: number,
    /** Hears what a person typed or pasted here. */
    private readonly onUserInput: (session: ConsoleSession, bytes: Uint8Array) => void,
  ) {
    this.element.className = 'termhost';
    this.terminal = new Terminal({
      allowProposedApi: true, // decorations
      cursorInactiveStyle: 'outline',
      overviewRuler: { width: RULER_PX },
      scrollOnEraseInDisplay: true,
      ...terminalOptions(),
    });
    const { terminal } = this;
    terminal.loadAddon(this.fitter);
    terminal.loadAddon(this.search);
    terminal.loadAddon(new UnicodeGraphemesAddon());
    // What a guest prints is data: it doesn't get the clipboard.
    terminal.parser.registerOscHandler(52, () => true);
    boundGuestColours(terminal);
    this.links = new TerminalLinks(terminal);
    this.painter = new TerminalPainter(terminal);
    copySelections(this.element, terminal);
    terminal.attachCustomKeyEventHandler((event) => !isPaddocksKey(event));
    this.end = new EndKeeper(terminal);
    this.room = new RoomTeller(terminal, (room) => {
      if (this.client && this.streamId !== null)
        void this.client.call('consoles.view', { streamId: this.streamId, room });
    });
    listenToTerminal(terminal, {
      onTyped: (bytes) => {
        this.type(bytes);
        this.onUserInput(this, bytes);
      },
      onSaid: (bytes) => this.say(bytes),
    });
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
    this.end.shown();
    this.feed?.resume();
    this.view.setState({ hasNew: false });
    void fontReady.then(() => {
      if (!this.isVisible) return;
      if (!this.terminal.element) {
        this.terminal.open(this.element);
        this.fit();
      }
      // One that comes back is fitted by the observer of its place, a frame later: until xterm has seen that it is in
      // sight again it keeps the old height, takes the difference for a person's scrolling, and follows no new text.
      if (this.wantsFocus) this.focus();
      void this.painter.show();
    });
  }

  /** Gives it the keyboard, as soon as it can take it. */
  focus(): void {
    this.wantsFocus = !this.terminal.element || !this.isVisible;
    this.terminal.focus();
  }

  /** Takes the terminal out of the page; what comes waits until it is shown again. */
  hide(): void {
    this.isVisible = false;
    this.end.hidden();
    this.feed?.pause();
    this.painter.hide();
    this.element.remove();
    this.room.set(null);
  }

  /** Fits the terminal to its place and tells the guest. */
  fit(): void {
    if (!this.isVisible || !this.terminal.element) return;
    const room = this.fitter.proposeDimensions();
    // A place without a size, or a font that can't be measured yet.
    if (!room || !(room.cols >= 2) || !(room.rows >= 1)) return;
    this.end.during(() => this.room.set({ cols: room.cols, rows: room.rows }));
    this.showSize();
  }

  /** Says which run may be typed into. */
  follow(liveRun: number | null): void {
    this.liveRun = liveRun;
  }

  /** Opens the stream on a connection, from the history on. Nothing when it is open there already. */
  async attach(client: ApiClient): Promise<void> {
    if (client === this.client) return;
    this.client = client;
    this.streamId = null;
    this.feed?.stop();
    await this.openStream(client, historyBytes());
  }

  /** Takes the text away, but for the line with the cursor; nothing is lost, and `undoClear` brings it back. */
  clear(): void {
    this.terminal.clear();
    this.view.setState({ isCleared: true });
  }

  /** Brings back what was cleared, and what came since stays: all that was shown comes once more from the log. */
  async undoClear(): Promise<void> {
    const { client } = this;
    if (!client || !this.view.getState().isCleared) return;
    this.view.setState({ isCleared: false });
    await this.openStream(client, Math.min(UNDO_MAX, this.shownBytes + UNDO_SLACK));
  }

  /** Leaves a cleared console as it is. */
  keepCleared(): void {
    this.view.setState({ isCleared: false });
  }

  /** Begins a stream; one that was open on this connection is used until the new one is there, so that no key is lost. */
  private async openStream(client: ApiClient, tailBytes: number): Promise<void> {
    await fontReady;
    const outcome = await client.call('consoles.attach', {
      vmId: this.vmId,
      console: this.console,
      tailBytes,
      leaps: true,
    });
    // A connection after this one was quicker.
    if (this.client !== client) return;
    if (!outcome.ok) {
      this.view.setState({ phase: 'failed', error: outcome.error });
      return;
    }
    const { streamId } = outcome.value;
    this.feed?.stop();
    if (this.streamId !== null) void client.detach(this.streamId);
    this.streamId = streamId;
    this.terminal.reset();
    this.shownBytes = 0;
    this.view.setState({ phase: 'loading', error: null, isCleared: false });
    const feed = new ConsoleFeed(this.terminal, {
      onHandled: (count) => {
        this.shownBytes += count;
        client.ack(streamId, count);
      },
      onLive: () => this.view.setState({ phase: 'live' }),
      onFresh: () => {
        if (!this.isVisible && !this.view.getState().hasNew) this.view.setState({ hasNew: true });
      },
      onLeapt: () => this.fillGaps(),
    });
    this.feed = feed;
    if (!this.isVisible) feed.pause();
    client.listen(streamId, {
      onOutput: (bytes) => feed.output(bytes),
      onEvent: (event) => {
        if (event.event !== 'console.viewing') return feed.event(event);
        this.answers = event.answers;
        this.end.during(() => this.room.limit(event.limit));
        this.showSize();
      },
    });
    this.room.again();
  }

  /** After a flood that was shown in leaps: reads the newest history again, whole, unless somebody reads in what there is. */
  private fillGaps(): void {
    const { viewportY, baseY } = this.terminal.buffer.active;
    if (!this.client || viewportY < baseY || this.terminal.hasSelection()) return;
    void this.openStream(this.client, historyBytes());
  }

  /** Takes over the preferences in force. */
  restyle(): void {
    Object.assign(this.terminal.options, terminalOptions());
    if (this.isVisible && this.terminal.element) void this.painter.show();
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

  /** Types into the guest. */
  type(bytes: Uint8Array): void {
    if (this.client && this.streamId !== null && this.liveRun !== null)
      this.client.type(this.streamId, bytes);
  }

  /**
   * While history is parsed, xterm answers questions that were put, and answered, long ago. Of several views of a console
   * only one answers.
   */
  private say(bytes: Uint8Array): void {
    if (this.client && this.streamId !== null && this.liveRun !== null && this.feed?.isLive && this.answers)
      this.client.answer(this.streamId, bytes);
  }

  private showSize(): void {
    const { cols, rows } = this.terminal;
    this.view.setState({ cols, rows, isLimited: this.room.isLimited });
  }
}
