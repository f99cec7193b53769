// Plain JavaScript: Jest loads its reporters, and .ci/run this, as they stand.

/**
 * Counts tests, and for each reason how many were skipped: a skipped test's name says why.
 */
export function countTests(name, assertions) {
  const group = { name, passed: 0, failed: 0, skipped: new Map() };
  for (const { status, title } of assertions) {
    if (status === 'passed') group.passed++;
    else if (status === 'failed') group.failed++;
    else {
      const [, reason = 'it does not say why'] = /\(skipped: (.*)\)$/s.exec(title) ?? [];
      group.skipped.set(reason, (group.skipped.get(reason) ?? 0) + 1);
    }
  }
  return group;
}

const conformance = /^Conformance: (.*)$/;

/** Whether a test is one of the conformance suite. */
export function isOfEngine({ ancestorTitles: [top = ''] }) {
  return conformance.test(top);
}

/**
 * The conformance suite's tests, by engine.
 */
export function countByEngine(assertions) {
  const tests = assertions.filter(isOfEngine);
  const tops = new Set(tests.map(({ ancestorTitles: [top = ''] }) => top));
  return [...tops].map((top) =>
    countTests(
      top.replace(conformance, '$1'),
      tests.filter(({ ancestorTitles }) => ancestorTitles[0] === top),
    ),
  );
}

/**
 * A group in a line, and a line for each reason.
 */
export function linesOf({ name, passed, failed, skipped }) {
  const total = sum(skipped.values());
  const reasons = [...skipped].map(([reason, count]) => `    ${count} skipped: ${reason}`);
  return [`  ${name}: ${passed} passed, ${failed} failed, ${total} skipped`, ...reasons];
}

/**
 * What became of the runs of a CI, as lines; the last one is the sum. Problems are failures of the whole.
 */
export function summarise(runs, failures) {
  const lines = [];
  const problems = [...failures];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, engine, result } of runs) {
    if (!result) {
      problems.push(`${name} wrote no result`);
      lines.push(`  ${name}: wrote no result`);
      continue;
    }
    const assertions = result.testResults.flatMap((file) => file.assertionResults);
    const run = countTests(name, assertions);
    lines.push(...linesOf(run));
    total.passed += run.passed;
    total.failed += run.failed;
    total.skipped += sum(run.skipped.values());
    if (run.failed > 0) problems.push(`tests of ${name}`);
    const broken = result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
    if (broken.length > 0) problems.push(`${broken.length} test files of ${name} could not run`);
    if (run.passed === 0) problems.push(`no test passed in ${name}`);
    const isThere = countByEngine(assertions).some((group) => group.name === engine && group.passed > 0);
    if (engine !== undefined && !isThere) problems.push(`${engine} did not run in ${name}`);
  }
  if (runs.length === 0) problems.push('no test ran');
  const isFine = problems.length === 0;
  if (!isFine) lines.push(`FAILED: ${[...new Set(problems)].join(', ')}`);
  lines.push(`Tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return { lines, isFine };
}

function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
