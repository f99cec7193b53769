// Plain JavaScript: Jest loads its reporters as they stand.
import { relative } from 'node:path';
import { countByEngine, countTests, isOfEngine, linesOf } from './run-summary.js';

/**
 * A line for each suite, failures in full, what ran on which engine and what was skipped and why; the sum comes last. Where only
 * one suite runs, or with `--verbose`, each test has a line, too.
 */
export default class QuietReporter {
  #isVerbose;
  #root;

  constructor({ rootDir, verbose }) {
    this.#isVerbose = verbose;
    this.#root = rootDir;
  }

  onTestResult(_test, result) {
    const { console: printed, failureMessage, numFailingTests, testFilePath, testResults } = result;
    const isFailed = numFailingTests > 0 || result.testExecError;
    const name = relative(this.#root, testFilePath);
    const { end, start } = result.perfStats;
    say(`${isFailed ? 'FAIL' : 'pass'} ${secondsOf(end - start)}${String(testResults.length).padStart(6)}  ${name}`);
    if (this.#isVerbose) for (const one of testResults) say(lineOf(one));
    if (this.#isVerbose || isFailed) for (const { message } of printed ?? []) say(message);
    if (failureMessage) say(failureMessage);
  }

  onRunComplete(_contexts, results) {
    const { numFailedTests, numFailedTestSuites, numPassedTests, numPendingTests, startTime, testResults } = results;
    const assertions = testResults.flatMap((file) => file.testResults);
    const engines = countByEngine(assertions);
    if (engines.length > 0) say(`\nEngines:\n${engines.flatMap(linesOf).join('\n')}`);
    const others = assertions.filter((assertion) => !isOfEngine(assertion));
    for (const [reason, count] of countTests('other', others).skipped) say(`${count} other tests skipped: ${reason}`);
    this.#sayWhatFailed(testResults);
    const suites = numFailedTestSuites > 0 ? `, ${numFailedTestSuites} of ${testResults.length} suites failed` : '';
    const counts = `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
    say(`\nTests: ${counts} in${secondsOf(Date.now() - startTime)}${suites}`);
  }

  /** Once more at the end, by name: the failures stand where their suites do. */
  #sayWhatFailed(testResults) {
    const lines = testResults.flatMap((file) => {
      const name = relative(this.#root, file.testFilePath);
      if (file.testExecError) return [`  ${name} could not run`];
      const failed = file.testResults.filter(({ status }) => status === 'failed');
      return failed.map(({ fullName }) => `  ${name}: ${fullName}`);
    });
    if (lines.length > 0) say(`\nFailed:\n${lines.join('\n')}`);
  }
}

const marks = { passed: '✓', failed: '✕' };

function lineOf({ ancestorTitles, duration, status, title }) {
  const time = duration > 5 ? ` (${duration} ms)` : '';
  return `  ${marks[status] ?? '○'} ${[...ancestorTitles, title].join(' › ')}${time}`;
}

function secondsOf(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1).padStart(6)} s`;
}

/** Where Jest's own reporters write: standard output is the results' with --json. */
function say(text) {
  process.stderr.write(`${text}\n`);
}
