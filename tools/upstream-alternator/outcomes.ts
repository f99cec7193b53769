/** How a test ended; `known` is one that fails on ScyllaDB itself, as its suite says. */
export type Outcome = 'passed' | 'failed' | 'skipped' | 'known';

/** The outcomes of a run by the names of the tests, such as `test_item::test_basic`. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/** Reads what pytest wrote with `--junitxml`. */
export function readOutcomes(xml: string): Outcomes {
  const outcomes = new Map<string, Outcome>();
  for (const [, attributes = '', , body = ''] of xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = `${attributeOf(attributes, 'classname').split('.').at(-1)}::${attributeOf(attributes, 'name')}`;
    outcomes.set(name, outcomeOf(body));
  }
  if (outcomes.size === 0) throw new Error('the report names no tests: pytest could not collect any');
  return outcomes;
}

function attributeOf(attributes: string, name: string): string {
  const [, value = ''] = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes) ?? [];
  return value.replaceAll(/&(quot|apos|lt|gt|amp);/g, (_, entity: keyof typeof entities) => entities[entity]);
}

const entities = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' } as const;

function outcomeOf(body: string): Outcome {
  if (/<(failure|error)\b/.test(body)) return 'failed';
  if (/<skipped\b[^>]*type="pytest.xfail"/.test(body)) return 'known';
  return body.includes('<skipped') ? 'skipped' : 'passed';
}

/** A test that fails on the profile, or that it is left out of, and why that hides no fault of ours. */
export interface Expected {
  /** The name of a test, or of all that begin with it if it ends with `*`. */
  readonly test: string;
  readonly reason: string;
}

export interface Differences {
  /** Failures that nobody expects. */
  readonly unexpected: readonly string[];
  /** Lines of the list whose tests don't fail any more, or aren't there. */
  readonly outdated: readonly string[];
}

/** Compares a run with the list of what is expected to fail. */
export function compareOutcomes(outcomes: Outcomes, expected: readonly Expected[]): Differences {
  const failed = [...outcomes].flatMap(([name, outcome]) => (outcome === 'failed' ? [name] : []));
  return {
    unexpected: failed.filter((name) => !expected.some(({ test }) => isNamed(name, test))),
    outdated: expected.flatMap(({ test }) => (failed.some((name) => isNamed(name, test)) ? [] : [test])),
  };
}

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** A row of the table of results: how many tests of a run ended how. */
export function tableRow(engine: string, outcomes: Outcomes, { outdated, unexpected }: Differences): string {
  const count = (wanted: Outcome) => [...outcomes.values()].filter((one) => one === wanted).length;
  const counts = (['passed', 'known', 'skipped', 'failed'] as const).map(count);
  return `| ${[engine, ...counts, unexpected.length, outdated.length].join(' | ')} |`;
}

export const tableHead = `| engine | passed | known to fail | skipped | failed | not expected | outdated |
| --- | --- | --- | --- | --- | --- | --- |`;
