import { dirname, resolve } from 'node:path';
import { isMapperError, MapperError, messageWithCause } from '../errors.js';
import { Hydrator, modelOf } from '../hydration/hydrator.js';
import type { EntityModel } from '../model/entity-model.js';
import { versionOf } from '../read/item-version.js';
import type { Item } from '../item/item.js';
import { wireJson } from '../schema/canonical-json.js';
import { compareItems, formatDifferences } from '../schema/item-difference.js';
import { missingAttributes, missingKeys, typeProblem } from '../schema/item-problems.js';
import { readSample } from '../schema/sample.js';
import { runEachStep, type StepRun } from '../schema/run-each-step.js';
import { isPointOfNoReturn } from '../schema/update-lock.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';

/** Shows what each step changes in a stored document, and the result. Returns the exit code. */
export function runUpgrade(config: Config, file: string, entity: string | undefined, terminal: Terminal): number {
  const { item } = readSample(file);
  const model = findModel(config, file, item, entity);
  const { failure, runs } = runUntilFailure(model, item);
  const result = runs.at(-1)?.after ?? item;
  const problems = failure === undefined ? problemsOf(model, result) : [failure];

  const { paint, print } = terminal;
  const version = failure === undefined || runs.length > 0 ? versionText(model, item) : 'an unknown version';
  print(paint('bold', `${model.name}, ${version}`));
  for (const run of runs) printRun(run, isPointOfNoReturn(run.step, model), terminal);
  for (const problem of problems) print(paint('red', problem));
  if (problems.length === 0) print(`\n${wireJson(result).trimEnd()}`);
  terminal.printJson({
    entity: model.name,
    steps: runs.map(({ after, before, step }) => ({
      from: step.from,
      to: step.to,
      method: step.method,
      description: step.description,
      pointOfNoReturn: isPointOfNoReturn(step, model),
      differences: compareItems(before, after),
    })),
    problems,
    ...(problems.length === 0 && { item: JSON.parse(wireJson(result)) as unknown }),
  });
  return problems.length > 0 ? 1 : 0;
}

function printRun({ after, before, step }: StepRun, isFinal: boolean, { paint, print }: Terminal): void {
  print(
    paint(
      'bold',
      `\n${step.from} → ${step.to}  ${step.description ?? step.method}${isFinal ? ' (a point of no return)' : ''}`,
    ),
  );
  const lines = formatDifferences(compareItems(before, after));
  for (const line of lines) print(paint(line.startsWith('-') ? 'red' : 'green', `  ${line}`));
}

function versionText(model: EntityModel, item: Item): string {
  const version = versionOf(model, item);
  return version === model.version ? `version ${version}, the newest` : `version ${version} of ${model.version}`;
}

interface Outcome {
  readonly runs: readonly StepRun[];
  readonly failure: string | undefined;
}

function runUntilFailure(model: EntityModel, item: Item): Outcome {
  const runs: StepRun[] = [];
  try {
    for (const run of runEachStep(model, item)) runs.push(run);
    return { runs, failure: undefined };
  } catch (error) {
    if (!isMapperError(error)) throw error;
    return { runs, failure: messageWithCause(error) };
  }
}

function problemsOf(model: EntityModel, result: Item): string[] {
  const hydrator = new Hydrator(model, 'throw');
  const missing = [...missingKeys(model, result), ...missingAttributes(model, hydrator, result)];
  const problem = typeProblem(model, hydrator, result);
  return [
    ...(missing.length > 0 ? [`The result lacks ${missing.join(', ')}, which the class requires.`] : []),
    ...(problem === undefined ? [] : [`The result can't be read: ${problem}`]),
  ];
}

/**
 * Finds the class of a document: the named one, else that with samples in the same folder, else that with the same
 * keys.
 */
function findModel({ classes, samplesOf }: Config, file: string, item: Item, name: string | undefined): EntityModel {
  const models = classes.map(modelOf);
  const refuse = (problem: string) => {
    const known = models.map((model) => model.name).join(', ');
    return new MapperError('INVALID_ARGUMENT', {
      call: 'dynamo-evolve upgrade',
      argument: '--entity',
      problem: `${problem}; the classes are ${known}`,
    });
  };
  if (name !== undefined) {
    const named = models.find((model) => model.name === name) ?? models.find((model) => model.table === name);
    if (named) return named;
    throw refuse(`names ${name}, which isn't a class or table of the configuration`);
  }
  const folder = dirname(resolve(file));
  const bySamples = models.filter((model) => samplesOf(model.class) === folder);
  if (bySamples.length === 1) return bySamples[0]!;
  const fitting = models.filter((model) => fits(model, item));
  const longest = Math.max(...fitting.map(({ keys }) => keys.length));
  const candidates = fitting.filter(({ keys }) => keys.length === longest);
  if (candidates.length === 1) return candidates[0]!;
  const reason = candidates.length > 1 ? 'several classes have' : 'no class has';
  throw refuse(`is needed, because ${reason} the keys of the document`);
}

function fits({ discriminator, keys }: EntityModel, item: Item): boolean {
  if (!keys.every(({ attribute }) => Object.hasOwn(item, attribute))) return false;
  if (!discriminator) return true;
  const value = Object.hasOwn(item, discriminator.attribute) ? item[discriminator.attribute] : undefined;
  return value === undefined ? discriminator.default === true : value === discriminator.value;
}
