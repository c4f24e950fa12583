import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { popoutOfHash } from '@shared/consoles/popout.js';
import { App } from './app/app.js';
import { applyPreferences } from './app/apply-preferences.js';
import { PopoutApp } from './app/popout-app.js';
import { connectToHost } from './stores/connection-store.js';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/themes.css';
import './ui/base.css';

// zod would try to compile its checks with eval, which our CSP forbids and Chromium reports.
z.config({ jitless: true });

applyPreferences();
connectToHost();

const root = document.getElementById('root');
const popout = popoutOfHash(location.hash);
if (root) createRoot(root).render(popout ? <PopoutApp popout={popout} /> : <App />);
