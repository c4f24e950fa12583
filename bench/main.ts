import { cpus, loadavg } from 'node:os';
import { benchAppStart } from './app-start.js';
import { benchConsoleFlood } from './console-flood.js';
import { benchConsoleWindow } from './console-window.js';
import { benchControl } from './control.js';
import { benchFigures } from './figures.js';
import { benchFleet } from './fleet.js';
import { benchImages } from './images.js';
import { benchLayers } from './layers.js';
import { benchLoginTime } from './login-time.js';
import { benchMemory } from './memory.js';
import { benchNetworkCanvas } from './network-canvas.js';
import { benchNetworks } from './networks.js';
import { benchPinning } from './pinning.js';
import { benchSyscalls } from './syscalls.js';

/** Every measurement, by the name it can be asked for with. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  login: benchLoginTime,
  window: benchAppStart,
  memory: benchMemory,
  control: benchControl,
  pinning: benchPinning,
  syscalls: benchSyscalls,
  fleet: benchFleet,
  figures: benchFigures,
  flood: benchConsoleFlood,
  terminal: benchConsoleWindow,
  layers: benchLayers,
  images: benchImages,
  canvas: benchNetworkCanvas,
  networks: benchNetworks,
};

const wanted = process.argv.slice(2);
for (const name of wanted)
  if (!benches[name]) throw new Error(`no bench ${name}; there are ${Object.keys(benches).join(', ')}`);
process.stdout.write(
  `${cpus().length} CPUs, ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`,
);
for (const [name, bench] of Object.entries(benches))
  if (wanted.length === 0 || wanted.includes(name)) await bench();
