import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { decodeItem } from '../codec/decode.js';
import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import { isMapperError } from '../errors.js';
import { versionOf } from '../read/item-version.js';
import { upgradeItem } from '../read/upgrade-item.js';
import { compareItems, formatDifferences } from '../schema/item-difference.js';
import { issueText, missingAttributes, missingKeys, schemaIssues, typeProblem } from '../schema/item-problems.js';
import { readSample } from '../schema/sample.js';
import { runEachStep, runStep } from '../schema/run-each-step.js';
import { checkGolden } from './golden.js';
import { atLaterTime } from './at-later-time.js';
import { type Subject, tryUpgrade } from './subject.js';

/** A rule that every sample must keep. `check` throws an `AssertionError` that says what is wrong. */
export interface SampleLaw {
  readonly title: (subject: Subject) => string;
  readonly check: (subject: Subject, samplePath: string) => void;
}

/** The rule for classes that have a schema. */
export const validityLaw: SampleLaw = { title: () => 'is what the schema of its class asks for', check: isValid };

export const sampleLaws: readonly SampleLaw[] = [
  { title: ({ model }) => `reaches version ${model.version}`, check: reachesNewest },
  { title: () => 'equals its golden result', check: equalsGolden },
  { title: () => 'becomes the same every time', check: isRepeated },
  { title: () => 'is not changed in place', check: isUntouched },
  { title: () => 'is left alone when it is current', check: isLeftAlone },
  { title: () => 'withstands running every step again', check: bearsReplay },
  { title: () => 'keeps attributes that no step names', check: keepsUnknown },
  { title: () => 'has all required attributes, with their types', check: isComplete },
];

/** Fails a rule with a message, followed by the differences between two items. */
export function fail(message: string, before?: Item, after?: Item): never {
  const lines = before && after ? formatDifferences(compareItems(before, after)) : [];
  throw new AssertionError({ message: [message, ...lines.map((line) => `  ${line}`)].join('\n') });
}

function reachesNewest(subject: Subject, path: string): void {
  const { class: target, model } = subject;
  const { item } = readSample(path);
  resultOf(subject, path);
  const version = upgradeItem(target, item)[model.versionAttribute];
  if (version === model.version || (version === undefined && model.version === model.chain.initial)) return;
  fail(`it has version ${String(version)} after the upgrade`);
}

/** The result of a sample; `undefined` if it can't be upgraded, which only the rule `reachesNewest` reports. */
function resultOf(subject: Subject, path: string): Item | undefined {
  const outcome = tryUpgrade(subject, readSample(path).item);
  const result = 'item' in outcome ? outcome.item : undefined;
  // kept for isRepeated, because a step that remembers something may only differ in its first run
  if (!subject.firstResults.has(path)) subject.firstResults.set(path, result);
  return result;
}

function equalsGolden(subject: Subject, path: string): void {
  const result = resultOf(subject, path);
  if (result) checkGolden(path, result);
}

function isRepeated(subject: Subject, path: string): void {
  const latest = resultOf(subject, path);
  const [first, second] = [subject.firstResults.get(path) ?? latest, atLaterTime(() => resultOf(subject, path))];
  if (!first && !second) return;
  if (!first || !second || !isDeepStrictEqual(first, second)) {
    fail('two upgrades of it differ: a step depends on something other than the item', first ?? {}, second ?? {});
  }
}

function isUntouched(subject: Subject, path: string): void {
  const { item } = readSample(path);
  tryUpgrade(subject, item);
  const before = readSample(path).item;
  if (!isDeepStrictEqual(before, item)) fail('a step changed a value of the item that was passed in', before, item);
}

function isLeftAlone(subject: Subject, path: string): void {
  const { model } = subject;
  const { item, namedVersion } = readSample(path);
  const result = resultOf(subject, path);
  if (!result) return;
  if (namedVersion === model.version && !isDeepStrictEqual(item, result)) {
    fail(
      `its file name says version ${namedVersion}, the newest, but it is read as version ${versionOf(model, item)}`,
      item,
      result,
    );
  }
  const again = upgradeItem(subject.class, result);
  if (!isDeepStrictEqual(again, result)) fail('upgrading its result changes it again', result, again);
}

function bearsReplay({ model }: Subject, path: string): void {
  let runs;
  try {
    runs = [...runEachStep(model, readSample(path).item)];
  } catch (error) {
    if (isMapperError(error)) return;
    throw error;
  }
  for (const { after, step } of runs) {
    if (!step.repeatable) continue;
    const stamped = { ...after, [model.versionAttribute]: step.from };
    const subject = `the upgrade ${step.from} → ${step.to} (${step.method})`;
    const advice = 'Check the item before you change it, or declare the upgrade with { repeatable: false }.';
    let again: Item;
    try {
      again = runStep(model, step, stamped);
    } catch (error) {
      fail(`${subject} fails on its own result: ${String((error as Error).cause)}. ${advice}`);
    }
    if (!isDeepStrictEqual(again, after)) fail(`${subject} changes its own result. ${advice}`, after, again);
  }
}

/** Undeclared attributes, some of them with names that every object inherits. */
function unknownAttributes(): Item {
  const unknown: Item = decodeItem({
    'unknown-text': { S: 'kept' },
    unknown_number: { N: '12345678901234567890.5' },
    'unknown.map': { M: { list: { L: [{ NULL: true }, { BOOL: false }] }, bytes: { B: 'AAEC' } } },
    constructor: { SS: ['a', 'b'] },
  });
  setOwn(unknown, '__proto__', { polluted: true });
  return unknown;
}

function keepsUnknown(subject: Subject, path: string): void {
  const { item } = readSample(path);
  const known = new Set([...Object.keys(item), ...subject.model.attributes.map(({ attribute }) => attribute)]);
  const extra = Object.fromEntries(Object.entries(unknownAttributes()).filter(([name]) => !known.has(name)));
  const outcome = tryUpgrade(subject, Object.fromEntries([...Object.entries(item), ...Object.entries(extra)]));
  if ('error' in outcome) {
    if (resultOf(subject, path)) fail(`it can't be upgraded if it has undeclared attributes: ${String(outcome.error)}`);
    return;
  }
  const left = Object.fromEntries(Object.entries(outcome.item).filter(([name]) => Object.hasOwn(extra, name)));
  if (!isDeepStrictEqual(left, extra)) fail("a step drops or changes attributes that it doesn't name:", extra, left);
}

function isValid(subject: Subject, path: string): void {
  const { hydrator, model } = subject;
  const result = resultOf(subject, path);
  if (!result) return;
  const lines = schemaIssues(model, hydrator, result).map((issue) => `  ${issueText(issue)}`);
  if (lines.length === 0) return;
  fail(['it is not valid after the upgrade, by the schema of its class:', ...lines].join('\n'));
}

function isComplete(subject: Subject, path: string): void {
  const { hydrator, model } = subject;
  const result = resultOf(subject, path);
  if (!result) return;
  const [key] = missingKeys(model, result);
  if (key !== undefined) fail(`it has no ${key}, which is a key of the table. Fix the sample: stored items have it.`);
  const missing = missingAttributes(model, hydrator, result);
  if (missing.length > 0) {
    fail(
      `it lacks ${missing.join(', ')} after the upgrade. ` +
        `Set it in a step (item.${missing[0]} ??= …), or declare it { optional: true }.`,
    );
  }
  const problem = typeProblem(model, hydrator, result);
  if (problem !== undefined) fail(problem);
}
