/** Counts in vitest's JSON report. A file that could not even be loaded has no tests in it and counts as one failed. */
export function countVitest(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** Counts in Playwright's JSON report. A test that passed only when repeated is a failed one: a flaky test is a bug. */
export function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + (errors?.length ?? 0),
    skipped: stats.skipped,
  };
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
