import type { Terminal } from '@xterm/xterm';
import { Budget } from '@shared/consoles/budget.js';

/** OSC codes that set colours, ask for them, or put the theme's own back. */
const COLOUR_CODES = [4, 10, 11, 12, 104, 110, 111, 112] as const;
/** Colours at once, and a second. Each makes xterm write its style sheet anew: some 5 ms. A palette has 16 to 22. */
const COLOURS = { burst: 48, perSecond: 16 } as const;

/**
 * A guest may set colours in its own terminal, but not so many that the window stands still. Between two runs the theme
 * is set anew (ConsoleFeed), which no flood can prevent.
 */
export function boundGuestColours(terminal: Terminal): void {
  const budget = new Budget(COLOURS.burst, COLOURS.perSecond, () => performance.now());
  for (const code of COLOUR_CODES)
    terminal.parser.registerOscHandler(code, (text) => {
      // Code 4 has pairs of number and colour, the others a colour each.
      const colours = text.split(';').length / (code === 4 ? 2 : 1);
      // True: taken, and nothing comes of it.
      return !budget.take(Math.ceil(colours));
    });
}
