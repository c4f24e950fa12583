import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { alias: { '@shared': resolve(import.meta.dirname, 'shared') } },
  define: { PADDOCK_VERSION: '"test"' },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{shared,electron,renderer,scripts}/**/*.test.{ts,tsx,mjs}'],
          exclude: ['**/*.it.test.ts', '**/*.slow.test.ts', '**/node_modules/**'],
        },
      },
      {
        ...shared,
        test: {
          name: 'it',
          include: ['electron/**/*.it.test.ts'],
          // Real kernels on two cores: one file after the other, each with time to boot.
          fileParallelism: false,
          // Told at the end of `npm test`, by name (docs/decisions/0025).
          retry: Number(process.env['PADDOCK_TEST_REPEAT'] ?? 0),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What takes minutes, such as building a kernel: `npm run test:slow`, not a part of `npm test`.
        ...shared,
        test: {
          name: 'slow',
          include: ['electron/**/*.slow.test.ts'],
          fileParallelism: false,
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
