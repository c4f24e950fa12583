/** Counts in vitest's JSON report. A file that could not even be loaded has no tests in it and counts as one failed. */
export function countVitest(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    repeated: report.testResults.flatMap((file) =>
      file.assertionResults
        .filter(({ status, failureMessages }) => status === 'passed' && (failureMessages?.length ?? 0) > 0)
        .map(({ fullName, failureMessages }) => told(fullName, failureMessages[0])),
    ),
    failures: [
      ...unloadable.map((file) => told(file.name, file.message)),
      ...report.testResults.flatMap((file) =>
        file.assertionResults
          .filter(({ status }) => status === 'failed')
          .map(({ fullName, failureMessages }) => told(fullName, failureMessages?.[0])),
      ),
    ],
  };
}

/** Counts in Playwright's JSON report. */
export function countPlaywright({ stats, errors, suites = [] }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (errors?.length ?? 0),
    skipped: stats.skipped,
    repeated: suites.flatMap((suite) => specsThatWere('flaky', suite)),
    failures: suites.flatMap((suite) => specsThatWere('unexpected', suite)),
  };
}

function specsThatWere(wanted, { specs = [], suites = [] }) {
  const own = specs
    .filter(({ tests = [] }) => tests.some(({ status }) => status === wanted))
    .map(({ title, tests }) => {
      const failed = tests.flatMap(({ results = [] }) => results).find(({ status }) => status !== 'passed');
      return told(title, failed?.error?.message);
    });
  return [...own, ...suites.flatMap((suite) => specsThatWere(wanted, suite))];
}

/** A test's name, and what it said the first time, on one line. */
function told(title, message) {
  // eslint-disable-next-line no-control-regex -- colours of the reporters
  const first = (message ?? '').replace(/\u001b\[[\d;]*m/g, '').split('\n')[0];
  return first === '' ? title : `${title}: ${first}`;
}

/** What a suite comes to: one that ended badly, or ran nothing, never counts as passed. */
export function verdict(succeeded, { passed, failed, skipped }) {
  if (failed > 0) return { passed, failed, skipped };
  if (!succeeded) return { passed, failed: 1, skipped, problem: 'it ended with an error outside any test' };
  if (passed === 0) return { passed, failed: 1, skipped, problem: 'no test ran' };
  return { passed, failed, skipped };
}

/** `N passed, N failed`, over one suite or many. */
export function summary(results) {
  const all = [results].flat();
  const sum = (key) => all.reduce((total, result) => total + result[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
