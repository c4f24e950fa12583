import { useMemo, useState } from 'react';
import {
  fontFamilySchema,
  SCROLLBACK,
  setPreferences,
  stepConsoleText,
  usePreferences,
} from '../stores/preferences-store.js';
import { installedFixedFonts, isFixedWidth, isInstalled } from '../lib/installed-fonts.js';
import { Button } from '../ui/button.js';
import { ComboField } from '../ui/combo-field.js';
import { Checkbox, TextField } from '../ui/field.js';
import { Segmented } from '../ui/segmented.js';

/** How consoles look and behave. */
export function ConsolePreferences() {
  const preferences = usePreferences((all) => all);
  const { consoleStep, consoleRows, cursorStyle, renderer, rightClick } = preferences;
  return (
    <>
      <h3 className="preferencehead">Consoles</h3>
      <FontPreference />
      <dl className="kv preferences">
        <dt className="lab">Console text</dt>
        <dd className="row wrap">
          <Button aria-label="Smaller console text" onClick={() => stepConsoleText(-1)}>
            −
          </Button>
          <span className="num" aria-live="polite">
            {consoleStep === 0 ? 'Usual size' : `${consoleStep > 0 ? '+' : '−'}${Math.abs(consoleStep)} px`}
          </span>
          <Button aria-label="Larger console text" onClick={() => stepConsoleText(1)}>
            +
          </Button>
        </dd>
        <dt className="lab">Rows</dt>
        <dd>
          <Segmented
            label="Rows"
            value={consoleRows}
            choices={[
              { value: 'tight', title: 'Tight' },
              { value: 'usual', title: 'Usual' },
              { value: 'loose', title: 'Loose' },
            ]}
            onChange={(next) => setPreferences({ consoleRows: next })}
          />
        </dd>
        <dt className="lab">Cursor</dt>
        <dd className="row wrap">
          <Segmented
            label="Cursor"
            value={cursorStyle}
            choices={[
              { value: 'block', title: 'Block' },
              { value: 'bar', title: 'Bar' },
              { value: 'underline', title: 'Underline' },
            ]}
            onChange={(next) => setPreferences({ cursorStyle: next })}
          />
          <Checkbox
            label="Blinks"
            checked={preferences.cursorBlink}
            onChange={(next) => setPreferences({ cursorBlink: next })}
          />
        </dd>
        <dt className="lab">Right button</dt>
        <dd>
          <Segmented
            label="Right button"
            value={rightClick}
            choices={[
              { value: 'menu', title: 'Opens a menu' },
              { value: 'paste', title: 'Pastes' },
            ]}
            onChange={(next) => setPreferences({ rightClick: next })}
          />
        </dd>
        <dt className="lab">Painted by</dt>
        <dd>
          <Segmented
            label="Painted by"
            value={renderer}
            choices={[
              { value: 'auto', title: 'What is best here' },
              { value: 'dom', title: 'DOM' },
              { value: 'webgl', title: 'WebGL' },
            ]}
            onChange={(next) => setPreferences({ renderer: next })}
          />
        </dd>
      </dl>
      <ScrollbackPreference />
      <div className="col">
        <Checkbox
          label="Copy text as soon as it is selected"
          checked={preferences.copyOnSelect}
          onChange={(next) => setPreferences({ copyOnSelect: next })}
        />
        <Checkbox
          label="Ask before several lines are pasted"
          checked={preferences.warnOfLines}
          onChange={(next) => setPreferences({ warnOfLines: next })}
        />
        <Checkbox
          label="Make console text readable for screen readers"
          checked={preferences.screenReader}
          onChange={(next) => setPreferences({ screenReader: next })}
        />
      </div>
    </>
  );
}

const BUNDLED = 'JetBrains Mono';

function FontPreference() {
  const kept = usePreferences((all) => all.consoleFont);
  const [text, setText] = useState(kept || BUNDLED);
  const choices = useMemo(
    () => [
      { value: BUNDLED, title: BUNDLED, text: 'comes with Paddock' },
      ...installedFixedFonts().map((family) => ({ value: family, title: family })),
    ],
    [],
  );
  const error = fontError(text);
  return (
    <ComboField
      label="Font"
      value={text}
      choices={choices}
      error={error}
      hint="A fixed-width font of this computer."
      onChange={(next) => {
        setText(next);
        const name = next.trim();
        if (fontError(name) === null) setPreferences({ consoleFont: name === BUNDLED ? '' : name });
      }}
      onSettled={(settled) => {
        if (settled.trim() === '') setText(BUNDLED);
      }}
    />
  );
}

function fontError(text: string): string | null {
  const name = text.trim();
  if (name === BUNDLED || name === '') return null;
  if (!fontFamilySchema.safeParse(name).success) return 'A name of letters, digits, spaces, dots and dashes.';
  if (!isInstalled(name)) return `There is no font called ${name} on this computer.`;
  return isFixedWidth(name) ? null : `The letters of ${name} differ in width: columns would not line up.`;
}

function ScrollbackPreference() {
  const kept = usePreferences((all) => all.scrollback);
  const [text, setText] = useState(String(kept));
  const lines = Number(text);
  const isGood = /^\d+$/.test(text.trim()) && lines >= SCROLLBACK.min && lines <= SCROLLBACK.max;
  return (
    <TextField
      label="Lines to scroll back"
      inputMode="numeric"
      value={text}
      unit="lines"
      error={
        isGood
          ? null
          : `A whole number from ${SCROLLBACK.min.toLocaleString('en')} to ${SCROLLBACK.max.toLocaleString('en')}.`
      }
      hint="For each console. All older lines stay in the log on disk."
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        if (isGood) setPreferences({ scrollback: lines });
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && isGood) setPreferences({ scrollback: lines });
      }}
    />
  );
}
