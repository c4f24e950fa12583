#!/usr/bin/env node
// `npm test`: every suite in turn, whatever the one before said; ends with one line, `N passed, N failed`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { countPlaywright, countVitest, summary, verdict } from './test/counts.mjs';

const root = path.resolve(import.meta.dirname, '..');
const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'paddock-test-'));
const report = (name) => path.join(reports, `${name}.json`);

const suites = [
  { name: 'types', run: () => run('npm', ['run', '--silent', 'types']) },
  { name: 'lint', run: () => run('npm', ['run', '--silent', 'lint']) },
  { name: 'unit', run: () => vitest('unit'), count: countVitest },
  { name: 'it', run: () => vitest('it'), count: countVitest },
  { name: 'e2e', run: playwright, count: countPlaywright },
];

function run(program, args, env = {}) {
  // No stdin: a test that asks a question must fail, not wait.
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PADDOCK_TEST_REPEAT: '2', ...env },
  });
  if (error) console.error(`${program} could not be started: ${error.message}`);
  return status === 0;
}

function vitest(project) {
  const program = path.join(root, 'node_modules', '.bin', 'vitest');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report(project)}`];
  return run(program, ['run', '--project', project, ...reporters]);
}

function playwright() {
  return run(process.execPath, [path.join(root, 'scripts', 'e2e.mjs'), '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report('e2e'),
  });
}

/** The counts a suite wrote, or nothing when it did not get that far. */
function readCounts({ name, count }) {
  try {
    return count(JSON.parse(fs.readFileSync(report(name), 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, repeated: [], failures: [] };
  }
}

const results = [];
for (const suite of suites) {
  console.log(`\n== ${suite.name}`);
  const began = Date.now();
  const succeeded = suite.run();
  // A check without counts of its own is one test.
  const counts = suite.count
    ? readCounts(suite)
    : { passed: Number(succeeded), failed: Number(!succeeded), skipped: 0, repeated: [], failures: [] };
  results.push({
    name: suite.name,
    seconds: (Date.now() - began) / 1000,
    repeated: counts.repeated,
    failures: counts.failures,
    ...verdict(succeeded, counts),
  });
}
fs.rmSync(reports, { recursive: true, force: true });

console.log('');
for (const { name, seconds, passed, failed, skipped, problem } of results) {
  const text = summary({ passed, failed, skipped });
  console.log(`${name.padEnd(6)} ${text}  (${seconds.toFixed(1)} s)${problem ? `  ${problem}` : ''}`);
}
// Each is a bug, of the test or of the product (docs/decisions/0025).
for (const { name, repeated } of results)
  for (const test of repeated) console.log(`${name}: passed only when repeated: ${test}`);
// Named last, because of a long log only the end is kept.
for (const { name, failures } of results)
  for (const test of failures) console.log(`${name}: failed: ${test}`);
console.log(summary(results));
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
