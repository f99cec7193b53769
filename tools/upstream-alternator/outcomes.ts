/**
 * How a test ended; `known` is one that fails on ScyllaDB itself, as its suite says. One that doesn't, although the suite
 * says so, has `failed`: what passes for right here would be wrong there.
 */
export type Outcome = (typeof outcomeNames)[number];

const outcomeNames = ['passed', 'known', 'skipped', 'failed'] as const;

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

/** The record of a run that is kept: a line for each test, in order. */
export function recordOf(outcomes: Outcomes): string {
  return [...outcomes]
    .map(([name, outcome]) => `${name} ${outcome}\n`)
    .toSorted()
    .join('');
}

export function readRecord(text: string): Outcomes {
  const lines = text.split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.replace(/ \w+$/, ''), line.split(' ').at(-1) as Outcome]));
}

/** Tests that fail for one reason, and why that hides no fault of ours. */
export interface Expected {
  /**
   * `stricter`: the profile refuses, or gives less at once, where ScyllaDB lets more through; that includes tests that
   * are known to fail there and pass here. `not an engine`: the test asks for what only a running ScyllaDB has.
   */
  readonly kind: 'stricter' | 'not an engine';
  readonly reason: string;
  readonly tests: readonly string[];
}

export interface Differences {
  /** Failures that nobody expects. */
  readonly unexpected: readonly string[];
  /** Tests of the list that don't fail any more, or aren't there. */
  readonly outdated: readonly string[];
}

/** Compares a run with the list of what is expected to fail. */
export function compareOutcomes(outcomes: Outcomes, expected: readonly Expected[]): Differences {
  const listed = expected.flatMap(({ tests }) => tests);
  const failed = [...outcomes].flatMap(([name, outcome]) => (outcome === 'failed' ? [name] : []));
  return {
    unexpected: failed.filter((name) => !listed.includes(name)),
    outdated: listed.filter((name) => !failed.includes(name)),
  };
}

/** How many tests of a run ended how. */
export function countOutcomes(outcomes: Outcomes): Readonly<Record<Outcome, number>> {
  const count = (wanted: Outcome) => [...outcomes.values()].filter((one) => one === wanted).length;
  return { passed: count('passed'), known: count('known'), skipped: count('skipped'), failed: count('failed') };
}

/** A row of the table of results. */
export function tableRow(engine: string, outcomes: Outcomes, { outdated, unexpected }: Differences): string {
  const counts = countOutcomes(outcomes);
  const numbers = [...outcomeNames.map((name) => counts[name]), unexpected.length, outdated.length];
  return `| ${[engine, ...numbers].join(' | ')} |`;
}

export const tableHead = `| engine | passed | known to fail | skipped | failed | not expected | outdated |
| --- | --- | --- | --- | --- | --- | --- |`;

/** What a run has to say, as Markdown: its row of the table, and the tests that make it fail. */
export function reportOf(engine: string, outcomes: Outcomes, differences: Differences): string {
  const list = (title: string, names: readonly string[]) =>
    names.length > 0 ? [`\n${title}:\n`, ...names.map((name) => `- ${name}`)] : [];
  return [
    tableHead,
    tableRow(engine, outcomes, differences),
    ...list('Failed, and not expected to', differences.unexpected),
    ...list('Expected to fail, and did not or is not there', differences.outdated),
    '',
  ].join('\n');
}
