import { expect, test } from 'vitest';
import { missingOption } from '../consoles/kernel-support.js';
import { parseKernelConfig } from './kernel.js';

const debian = `# Automatically generated file
CONFIG_SSL=y
CONFIG_NULL_CHAN=y
# CONFIG_PORT_CHAN is not set
CONFIG_PTY_CHAN=y
CONFIG_XTERM_CHAN_DEFAULT_EMULATOR="x-terminal-emulator"
`;

test('what a kernel says of its lines', () => {
  expect(parseKernelConfig(debian)).toEqual({
    lineOptions: ['CONFIG_SSL', 'CONFIG_NULL_CHAN', 'CONFIG_PTY_CHAN'],
    hostfs: false,
    terminal: 'x-terminal-emulator',
  });
});

test('one that says nothing is not taken for one that has nothing', () => {
  const { lineOptions, hostfs, terminal } = parseKernelConfig('');
  expect(hostfs).toBeNull();
  expect(terminal).toBe('xterm');
  expect(missingOption(lineOptions, 'ssl0', 'xterm')).toBeNull();
});

test('hostfs built in, and as a module, which comes too late for a root', () => {
  expect(parseKernelConfig('CONFIG_HOSTFS=y').hostfs).toBe(true);
  expect(parseKernelConfig('CONFIG_HOSTFS=m').hostfs).toBe(false);
});

test('what a line needs', () => {
  const { lineOptions } = parseKernelConfig(debian);
  expect(missingOption(lineOptions, 'con0', 'port')).toBe('CONFIG_PORT_CHAN');
  expect(missingOption(lineOptions, 'ssl0', 'pts')).toBeNull();
  expect(missingOption(parseKernelConfig('CONFIG_MODULES=y').lineOptions, 'ssl0', 'tab')).toBe('CONFIG_SSL');
});
