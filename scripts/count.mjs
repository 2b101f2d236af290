// Adds up jest's JSON report and the browser check's, and prints `N passed, N failed` as its last line. A report that is
// missing, or that counts no test at all, counts as one failure: what did not run has not passed.
import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = report;
  passed += numPassedTests;
  // A suite that could not even be loaded has no tests that could fail.
  failed += numFailedTests + numRuntimeErrorTestSuites;
  if (numPassedTests + numFailedTests + numRuntimeErrorTestSuites === 0) {
    console.log(`no tests in ${path}`);
    failed++;
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
