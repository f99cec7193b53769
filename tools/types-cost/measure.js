// `npm run measure:types`: what the compiler takes for an application of 50 entities, and for the same application with
// plain interfaces, whose store calls the SDK's document client. Both load the declarations of the SDK. Prints medians,
// their ratios, and how much of the difference is there with one entity; on a busy machine only the counts say much.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, kinds, makeApplication, properties } from './applications.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'build/types-cost');
const entities = 50;
const runs = Number(process.argv[2] ?? 9);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

rmSync(folder, { recursive: true, force: true });
const given = { declarations: join(root, 'dist'), entities };
const applications = Object.fromEntries(
  kinds.flatMap((kind) => [
    [kind, makeApplication(folder, kind, given)],
    [`${kind}, one`, makeApplication(folder, kind, { ...given, entities: 1 })],
  ]),
);
const figures = Object.fromEntries(Object.keys(applications).map((name) => [name, []]));
// in turns, so that a busy machine slows all of them down
for (let run = 0; run <= runs; run++) {
  for (const [name, application] of Object.entries(applications)) {
    const found = compile(application);
    // the first run fills the caches of files
    if (run > 0) figures[name].push(found);
  }
}
const of = (name, figure) => median(figures[name].map((found) => found[figure] ?? NaN));
console.log(`${entities} entities of ${properties} properties, medians of ${runs} runs:`);
for (const kind of kinds) {
  const ratio = of(kind, 'Total time') / of('interfaces', 'Total time');
  const counts = `${of(kind, 'Files')} files, ${of(kind, 'Types')} types, ${of(kind, 'Instantiations')} instantiations`;
  const alone = of(`${kind}, one`, 'Total time');
  console.log(
    `  ${kind.padEnd(12)} ${of(kind, 'Total time').toFixed(3)} s in total, ${of(kind, 'Check time').toFixed(3)} s checking, ${counts}: ${ratio.toFixed(2)}; ${alone.toFixed(3)} s with one entity`,
  );
}
