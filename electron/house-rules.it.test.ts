import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
/** A copy of the house in which bad imports are planted: the guards themselves are under test. */
let house: string;

beforeAll(() => {
  house = mkdtempSync('/tmp/pdk-house-');
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter((name) => /\.(ts|tsx|json|yaml|cjs|mjs|css|sh)$/.test(name))) {
    cpSync(join(root, file), join(house, file), { recursive: true, force: true });
  }
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

const run = (program: string, ...args: string[]): { status: number | null; text: string } => {
  const { status, stdout, stderr } = spawnSync(join(house, 'node_modules/.bin', program), args, {
    cwd: house,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
};
const cruise = (): ReturnType<typeof run> =>
  run('depcruise', '--config', '.dependency-cruiser.cjs', 'shared', 'electron', 'renderer');

function planted<T>(file: string, text: string, check: () => T): T {
  const path = join(house, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  try {
    return check();
  } finally {
    rmSync(path);
  }
}

test('the house as it is passes', () => {
  expect(cruise()).toMatchObject({ status: 0 });
});

test.each([
  [
    'shared/vms/bad.ts',
    "import { readFileSync } from 'node:fs';\nexport const bad = readFileSync;\n",
    'shared-no-node-core',
  ],
  [
    'renderer/features/vms/bad.ts',
    "import { log } from '../../../electron/host/platform/log.js';\nexport const bad = log;\n",
    'renderer-only-shared',
  ],
  [
    'renderer/features/vms/bad.ts',
    "import '../consoles/console-area.js';\nexport const bad = 1;\n",
    'no-cross-feature',
  ],
  [
    'electron/cli/bad.ts',
    "import { log } from '../host/platform/log.js';\nexport const bad = log;\n",
    'electron-insides',
  ],
  [
    'electron/host/bad.ts',
    "import { app } from 'electron';\nexport const bad = app;\n",
    'host-without-electron',
  ],
  [
    'electron/host/vms/bad.ts',
    "import { spawn } from 'node:child_process';\nexport const bad = spawn;\n",
    'one-place-spawns',
  ],
  [
    'electron/host/bad.ts',
    "import './testing/test-host.js';\nexport const bad = 1;\n",
    'tests-not-in-product',
  ],
])('%s: %s is refused', (file, text, rule) => {
  const { status, text: said } = planted(file, text, cruise);
  expect(said).toContain(rule);
  expect(status).not.toBe(0);
});

test('the compiler refuses Node and the window in shared/, the linter Node in the window', () => {
  const types = planted('shared/vms/bad.ts', 'export const bad = [process.pid, window.name];\n', () =>
    run('tsc', '-p', 'shared', '--noEmit'),
  );
  expect(types.status).not.toBe(0);
  expect(types.text).toMatch(/Cannot find name 'process'/);
  expect(types.text).toMatch(/Cannot find name 'window'/);
  const lint = planted(
    'renderer/lib/bad.ts',
    "import { readFileSync } from 'node:fs';\nexport const bad = readFileSync;\n",
    () => run('oxlint', 'renderer/lib/bad.ts'),
  );
  expect(lint.status).not.toBe(0);
  expect(lint.text).toContain('no-restricted-imports');
});
