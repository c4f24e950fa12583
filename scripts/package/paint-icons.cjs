// Runs inside Electron: paint-icons.cjs <svg> <folder> <sizes>. Started by icons.mjs.
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { app, BrowserWindow } = require('electron');

const [svg, folder, sizes] = process.argv.slice(-3);

/** Runs in the page; a canvas keeps the transparent corners, which a screenshot would lose. */
async function draw(source, size) {
  const image = new Image();
  image.src = source;
  image.width = image.height = size;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
  canvas.getContext('2d').drawImage(image, 0, 0, size, size);
  return canvas.toDataURL('image/png').split(',')[1];
}

async function main() {
  await app.whenReady();
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
  await window.loadURL('about:blank');
  const source = `data:image/svg+xml;base64,${readFileSync(svg).toString('base64')}`;
  for (const size of sizes.split(',').map(Number)) {
    const png = await window.webContents.executeJavaScript(`(${draw})(${JSON.stringify(source)}, ${size})`);
    writeFileSync(join(folder, `${size}x${size}.png`), Buffer.from(png, 'base64'));
  }
  app.exit(0);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  app.exit(1);
});
