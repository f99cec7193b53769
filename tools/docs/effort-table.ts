import effort from '../../spec/effort.json' with { type: 'json' };

/** Where the table stands. */
export const effortPage = 'spec/README.md';

interface Reduced {
  readonly suite: string;
  readonly what: string;
  readonly test: number;
  readonly all?: number;
  readonly more?: string;
}

/** What `npm test` and `npm run test:all` do, made of what the specs take their counts from. */
export function effortTable(): string {
  const { engines, leftOut, properties } = effort;
  const reduced: readonly Reduced[] = Object.values(effort.reduced);
  const rows = [
    [properties.suites, `one case in ${properties.share}`, 'every case', properties.more],
    [engines.suites, engines.test, engines.all, undefined],
    ...reduced.map(({ all, more, suite, test, what }) => [
      `\`${suite}\``,
      `${test} ${what}`,
      `${all ?? 'all'} ${what}`,
      more,
    ]),
    ...Object.entries(leftOut).map(([suite, why]) => [
      `\`${suite}\``,
      `not run: it ${why}`,
      'all of it',
      `npm test -- ${suite}`,
    ]),
    [
      'DynamoDB Local in `spec/integration` and `spec/filter`',
      'not run',
      'where it is ready',
      'ENGINE=dynamodb-local npm test -- spec/integration',
    ],
    ['all other suites', 'all of it', 'all of it', undefined],
  ];
  const lines = rows.map(([suites, test, all, more]) => {
    return `| ${suites} | ${test} | ${all} | ${more ? `\`${more}\`` : ''} |`;
  });
  const head = ['| suites | `npm test` | `npm run test:all` | by itself, or more |', '| --- | --- | --- | --- |'];
  return [...head, ...lines, ''].join('\n');
}
