import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  // Real kernels on two cores: one window at a time.
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Told at the end of `npm test`, by name (docs/decisions/0025).
  retries: Number(process.env['PADDOCK_TEST_REPEAT'] ?? 0),
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  projects: [
    { name: 'app', testIgnore: /packaged/ },
    { name: 'packaged', testMatch: /packaged/ },
  ],
});
