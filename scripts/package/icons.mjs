import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { electronEnv, isHarmless, sandboxFlags } from '../electron-runtime/launch.mjs';
import { openDisplay } from '../xvfb.mjs';

const SIZES_PX = [16, 32, 48, 64, 128, 256, 512];

/** Draws the SVG in every size a desktop asks for; Chromium is here anyway, so no other rasteriser is needed. */
export async function renderIcons({ runtime, svg, target }) {
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  const display = await openDisplay();
  const painter = path.join(import.meta.dirname, 'paint-icons.cjs');
  const run = spawnSync(runtime.executable, [...sandboxFlags(), painter, svg, target, SIZES_PX.join(',')], {
    encoding: 'utf8',
    env: electronEnv(runtime, display.env),
    timeout: 60_000,
  });
  await display.stop();
  const missing = SIZES_PX.filter((size) => !fs.existsSync(path.join(target, `${size}x${size}.png`)));
  if (run.status === 0 && missing.length === 0) return;
  const said = (run.stderr ?? '').split('\n').filter((line) => line !== '' && !isHarmless(line));
  throw new Error(`The icons could not be drawn: ${[run.error?.message, ...said].join('\n')}`);
}
