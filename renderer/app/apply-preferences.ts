import { restyleConsoles } from '../features/consoles/console-sessions.js';
import { preferencesStore, reloadPreferences } from '../stores/preferences-store.js';

/** Text size at 100 %: the rem that every size in tokens.css stands on. */
const ROOT_PX = 16;

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const prefersContrast = matchMedia('(prefers-contrast: more)');

/** Puts theme and text size into force, and again whenever the preferences or the system change. */
export function applyPreferences(): void {
  apply();
  preferencesStore.subscribe(applyAndRestyle);
  // Another window changed them.
  window.addEventListener('storage', reloadPreferences);
  prefersDark.addEventListener('change', applyAndRestyle);
  prefersContrast.addEventListener('change', applyAndRestyle);
}

function apply(): void {
  const { theme, textPercent } = preferencesStore.getState();
  const system = prefersContrast.matches ? 'contrast' : prefersDark.matches ? 'dark' : 'light';
  document.documentElement.dataset['theme'] = theme === 'system' ? system : theme;
  document.documentElement.style.fontSize = `${(ROOT_PX * textPercent) / 100}px`;
  // Chromium (130 at least) does not ask container queries in rem again when the root's font size changes.
  document.body.style.containerType = 'normal';
  void document.body.offsetWidth;
  document.body.style.containerType = '';
}

function applyAndRestyle(): void {
  apply();
  restyleConsoles();
}
