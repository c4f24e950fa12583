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
          exclude: ['**/*.it.test.ts', '**/node_modules/**'],
        },
      },
      {
        ...shared,
        test: {
          name: 'it',
          include: ['electron/**/*.it.test.ts'],
          // Real kernels on two cores: one file after the other, each with time to boot.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
