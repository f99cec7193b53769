import { isDeepStrictEqual } from 'node:util';
import { copyPlain } from '../item/copy.js';
import type { Item } from '../item/item.js';
import { ownValue, setOwn } from '../item/own-value.js';
import { isMapperError } from '../errors.js';
import { runEachStep, runStep } from '../schema/run-each-step.js';
import { readSample } from '../schema/sample.js';
import { type Recording, recordSteps } from '../upgrade/recording.js';
import type { VersionStep } from '../upgrade/version-step.js';
import { fail } from './sample-laws.js';
import type { Subject } from './subject.js';

/** Values of every type, for attributes that no sample contains. */
const typicalValues: readonly unknown[] = ['text', '', 0, 7.5, true, false, null, [], ['member'], {}, { inner: 1 }];

/** Names that no upgrade knows. */
const unknownNames = ['unknown', 'unknown_number', 'x', '_', 'tmp_unknown', 'constructor', '__proto__', '0'];

/** Whether an upgrade of the class declares what it reads. */
export function declaresReads({ model }: Subject): boolean {
  return model.chain.steps.some(({ reads }) => reads !== undefined);
}

/**
 * Changes, removes and adds each attribute that isn't in an upgrade's option `reads`, one at a time. The upgrade must
 * pass the attribute on and do everything else as before. Names and values come from all samples.
 */
export function checkReads(subject: Subject, samplePath: string, samplePaths: readonly string[]): void {
  const { model } = subject;
  const values = valuesByName(samplePaths);
  for (const { attribute } of model.attributes) values.set(attribute, values.get(attribute) ?? []);
  for (const name of unknownNames) values.set(name, values.get(name) ?? []);
  for (const name of model.chain.steps.flatMap((step) => [...(step.reads ?? []), ...(step.declared?.reads ?? [])])) {
    values.set(name, values.get(name) ?? []);
  }
  try {
    for (const { before, step } of runEachStep(model, readSample(samplePath).item)) {
      if (step.reads !== undefined) checkStep(subject, step, before, values);
    }
  } catch (error) {
    // another rule reports samples that can't be upgraded
    if (!isMapperError(error)) throw error;
  }
}

/** The values of each attribute in the samples. */
function valuesByName(samplePaths: readonly string[]): Map<string, unknown[]> {
  const values = new Map<string, unknown[]>();
  for (const path of samplePaths) {
    for (const [name, value] of Object.entries(readableSample(path))) {
      const known = values.get(name) ?? [];
      known.push(value);
      values.set(name, known);
    }
  }
  return values;
}

/** An empty item for a sample that can't be read: its own tests report that. */
function readableSample(path: string): Item {
  try {
    return readSample(path).item;
  } catch {
    return {};
  }
}

function checkStep(
  { model }: Subject,
  step: VersionStep,
  before: Item,
  values: ReadonlyMap<string, readonly unknown[]>,
): void {
  const untouchable = new Set([model.versionAttribute, ...model.chain.protectedAttributes, ...(step.reads ?? [])]);
  const after = runStep(model, step, before);
  const recording = recordSteps(before, [step], model.chain, model.attributeNames);
  // another rule reports steps that don't always do the same
  if (!recording || !isDeepStrictEqual(recording.item, after)) return;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after), ...values.keys()])) {
    if (untouchable.has(name)) continue;
    const removed = Object.fromEntries(Object.entries(before).filter(([key]) => key !== name));
    const variations = [...(values.get(name) ?? []), ...typicalValues].map((value) => {
      const varied = copyPlain(removed);
      setOwn(varied, name, copyPlain({ value }).value);
      return varied;
    });
    for (const varied of [removed, ...variations]) {
      const outcome = outcomeOf(() => runStep(model, step, varied));
      const expected = expectedOf(name, varied, recording);
      if (expected.some((item) => isDeepStrictEqual(item, outcome))) continue;
      const change = Object.hasOwn(varied, name) ? (Object.hasOwn(before, name) ? 'changed' : 'added') : 'removed';
      const advice = `Name it: { reads: [${[...(step.reads ?? []), name].map((read) => `'${read}'`).join(', ')}] }`;
      const problem = `the upgrade ${step.from} → ${step.to} (${step.method}) depends on ${name} (${change} here)`;
      return fail(`${problem}, which its option reads doesn't name. ${advice}`, expected[0], outcome);
    }
  }
}

/** The result of a step; an empty item if it throws. */
function outcomeOf(run: () => Item): Item {
  try {
    return run();
  } catch {
    return {};
  }
}

/**
 * The allowed results for an item in which one attribute differs: the same result as before with the attribute passed
 * on, or with the value that the step assigns to it in any case.
 */
function expectedOf(name: string, varied: Item, { assigned, item, reads }: Recording): Item[] {
  const rest = Object.fromEntries(Object.entries(item).filter(([key]) => key !== name));
  const passedOn = { ...rest };
  if (Object.hasOwn(varied, name)) setOwn(passedOn, name, ownValue(varied, name));
  return assigned.has(name) || reads.has(name) ? [passedOn, item] : [passedOn];
}
