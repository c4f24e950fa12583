import type { ReactNode } from 'react';
import { CheckIcon } from '../../ui/icons.js';

/** What a row of the settings takes. */
export interface SettingRowProps {
  title: string;
  /** One sentence: what it is for. */
  text: ReactNode;
  /** When a change of it counts. */
  counts?: string | undefined;
  isSaved: boolean;
  error?: string | null;
  children: ReactNode;
}

/** A setting: what it is for at the left, the control at the right, and under it when it counts or what is wrong. */
export function SettingRow({ title, text, counts, isSaved, error, children }: SettingRowProps) {
  return (
    <section className="setting" aria-label={title}>
      <div>
        <h3>{title}</h3>
        <p className="xs sec">{text}</p>
      </div>
      <div className="settingvalue">
        {children}
        {error && (
          <p className="hint err" role="alert">
            {error}
          </p>
        )}
        {!error && (
          <p className="hint" role="status">
            {isSaved && (
              <span className="settingsaved">
                <CheckIcon size="s" /> Saved.{' '}
              </span>
            )}
            {counts}
          </p>
        )}
      </div>
    </section>
  );
}
