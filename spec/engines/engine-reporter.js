import { countByEngine, countTests, isOfEngine, linesOf } from './run-summary.js';

/** Says at the end of a run which engines the conformance suite ran on, and every reason for which tests were skipped. */
export default class EngineReporter {
  onRunComplete(_contexts, results) {
    const assertions = results.testResults.flatMap((file) => file.testResults);
    const engines = countByEngine(assertions);
    if (engines.length > 0) say(`\nEngines:\n${engines.flatMap(linesOf).join('\n')}`);
    const others = countTests(
      'other',
      assertions.filter((assertion) => !isOfEngine(assertion)),
    );
    for (const [reason, count] of others.skipped) say(`${count} other tests skipped: ${reason}`);
  }
}

/** Where Jest's own reporters write: standard output is the results' with --json. */
function say(text) {
  process.stderr.write(`${text}\n`);
}
