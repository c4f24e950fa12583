import { expect, test } from 'vitest';
import { missingOption } from '../consoles/kernel-support.js';
import { parseConfig } from './kernel-config.js';
import { readKernel } from './kernel.js';

const parseKernelConfig = (text: string, version: string) =>
  readKernel(version, { config: parseConfig(text), help: null });

const debian = `# Automatically generated file
CONFIG_SSL=y
CONFIG_NULL_CHAN=y
# CONFIG_PORT_CHAN is not set
CONFIG_PTY_CHAN=y
CONFIG_XTERM_CHAN_DEFAULT_EMULATOR="x-terminal-emulator"
`;

test('what a kernel says of its lines', () => {
  expect(parseKernelConfig(debian, '6.1.176')).toMatchObject({
    lineOptions: ['CONFIG_SSL', 'CONFIG_NULL_CHAN', 'CONFIG_PTY_CHAN'],
    hostfs: false,
    transports: [],
    terminal: 'x-terminal-emulator',
  });
});

test('one that says nothing is not taken for one that has nothing', () => {
  const { lineOptions, hostfs, terminal } = parseKernelConfig('', '6.1.176');
  expect(hostfs).toBeNull();
  expect(terminal).toBe('xterm');
  expect(missingOption(lineOptions, 'ssl0', 'xterm')).toBeNull();
});

test('hostfs built in, and as a module, which comes too late for a root', () => {
  expect(parseKernelConfig('CONFIG_HOSTFS=y', '6.1.176').hostfs).toBe(true);
  expect(parseKernelConfig('CONFIG_HOSTFS=m', '6.1.176').hostfs).toBe(false);
});

test('zpoline is known by any option that is called so, on a kernel without an MMU', () => {
  expect(parseKernelConfig('CONFIG_UM_ZPOLINE=y\n# CONFIG_MMU is not set', '6.13').needsAddress0).toBe(true);
  expect(parseKernelConfig('CONFIG_UM_ZPOLINE=y\nCONFIG_MMU=y', '6.13').needsAddress0).toBe(false);
  expect(parseKernelConfig('# CONFIG_UM_ZPOLINE is not set\nCONFIG_HOSTFS=y', '6.13').needsAddress0).toBe(
    false,
  );
});

test('what a line needs', () => {
  const { lineOptions } = parseKernelConfig(debian, '6.1.176');
  expect(missingOption(lineOptions, 'con0', 'port')).toBe('CONFIG_PORT_CHAN');
  expect(missingOption(lineOptions, 'ssl0', 'pts')).toBeNull();
  expect(missingOption(parseKernelConfig('CONFIG_MODULES=y', '6.1.176').lineOptions, 'ssl0', 'tab')).toBe(
    'CONFIG_SSL',
  );
});

test('what a kernel has for network cards; of the VDE of vector transports only the version tells', () => {
  const old = 'CONFIG_UML_NET_VECTOR=y\nCONFIG_UML_NET_VDE=y\nCONFIG_UML_NET_MCAST=m\n';
  const vector = ['tap', 'hybrid', 'raw', 'gre', 'l2tpv3', 'bess'];
  expect(parseKernelConfig(old, '6.1.176').transports).toEqual([...vector, 'legacy-vde']);
  expect(parseKernelConfig('CONFIG_UML_NET_VECTOR=y', '6.12.101').transports).toEqual([
    ...vector,
    'vector-vde',
  ]);
  expect(parseKernelConfig('CONFIG_UML_NET_VECTOR=y', '7.2.7').transports).toContain('vector-vde');
  expect(parseKernelConfig('', '6.1').transports).toBeNull();
});
