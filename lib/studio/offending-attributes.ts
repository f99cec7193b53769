import { equalWire, valueAt, type WireItem } from '../codec/wire.js';
import { isMapperError, type MapperError } from '../errors.js';
import { copyPlain } from '../item/copy.js';
import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import { recordingView } from '../upgrade/recording-view.js';
import type { VersionStep } from '../upgrade/version-step.js';

/** An attribute that keeps an item from being read. */
export interface OffendingAttribute {
  /** Its name where it got its value. */
  readonly name: string;
  /** After how many steps it has that value: 0 if it is stored so. */
  readonly since: number;
  /** Its name where it does harm: a step in between may have renamed it. */
  readonly nameThere: string;
}

/** The most attributes that are blamed for one failure. */
const mostBlamed = 3;

/** The attributes that an error of reading names. `stages` are the item as it is stored, and after each step. */
export function offendingByError(
  error: MapperError,
  model: EntityModel,
  stages: readonly WireItem[],
): OffendingAttribute[] {
  return attributesNamed(error, model).map((name) => originOf(name, stages));
}

/**
 * The attributes that a step failed on: what its error names, or what it had looked at. `item` is what the step got, and
 * the last of `stages`.
 */
export function offendingByStep(
  { cause }: MapperError,
  step: VersionStep,
  item: Item,
  model: EntityModel,
  stages: readonly WireItem[],
): OffendingAttribute[] {
  const named = isMapperError(cause) ? attributesNamed(cause, model) : [];
  const names = named.length > 0 ? named : attributesRead(step, item, model, cause);
  return names.map((name) => originOf(name, stages));
}

/** The stored names of what an error is about. */
function attributesNamed(error: MapperError, { byProperty, versionAttribute }: EntityModel): string[] {
  if (error.code === 'NEWER_VERSION' || error.code === 'TOO_OLD_VERSION') return [versionAttribute];
  const { attribute, issues, member, path } = error.details as {
    readonly attribute?: string;
    readonly member?: string;
    readonly path?: string;
    readonly issues?: readonly { readonly path: string }[];
  };
  const paths = issues?.map((issue) => issue.path) ?? [attribute ?? path ?? member ?? ''];
  const names = paths.map((each) => each.split(/[.[]/, 1)[0] as string).filter((name) => name !== '');
  return [...new Set(names.map((name) => byProperty.get(name)?.attribute ?? name))];
}

/** What a step looks at until it throws what it threw before: the step is pure, so it does the same again. */
function attributesRead(step: VersionStep, item: Item, model: EntityModel, thrown: unknown): string[] {
  if (step.declared) return [];
  const reads = new Set<string>();
  let isEnumerated = false;
  const view = recordingView(copyPlain(item), {
    // what was looked at last stands last
    read: (name) => {
      reads.delete(name);
      reads.add(name);
    },
    assign: () => {},
    enumerate: () => (isEnumerated = true),
  });
  try {
    step.apply.call(undefined, view);
    return [];
  } catch (error) {
    if (String(error) !== String(thrown)) return [];
  }
  const identity = new Set([model.versionAttribute, ...model.keys.map(({ attribute }) => attribute)]);
  const isData = (name: string) => Object.hasOwn(item, name) || !(name in Object.prototype || name === 'toJSON');
  const names = [...reads].filter((name) => !identity.has(name) && isData(name));
  const text = String(thrown);
  // the words of the engine's own message aren't names
  const words = text.replace(/Cannot read properties of (undefined|null)( \(reading '.*'\))?/, '$1');
  const said = names.filter((name) => isSaid(name, words));
  if (said.length > 0) return said.slice(-mostBlamed);
  const empty = names.filter((name) => isEmpty(item, name, text));
  if (empty.length > 0) return empty.slice(-mostBlamed);
  // who copies an item looks at all of it
  return isEnumerated
    ? names.filter((name) => isQuoted(item, name, text)).slice(-mostBlamed)
    : names.slice(-mostBlamed);
}

function isSaid(name: string, text: string): boolean {
  return text.split(/[^\p{L}\p{N}_$]+/u).includes(name);
}

/** Whether an attribute is what “Cannot read properties of undefined” speaks of. */
function isEmpty(item: Item, name: string, text: string): boolean {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  return (value === undefined && /\bundefined\b/.test(text)) || (value === null && /\bnull\b/.test(text));
}

function isQuoted(item: Item, name: string, text: string): boolean {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  return typeof value === 'string' && value.length > 2 && text.includes(value);
}

/** Where an attribute of the last stage got its value, through renames. */
function originOf(nameThere: string, stages: readonly WireItem[]): OffendingAttribute {
  let name = nameThere;
  let since = stages.length - 1;
  for (; since > 0; since--) {
    const [before, after] = [stages[since - 1] as WireItem, stages[since] as WireItem];
    const [was, value] = [valueAt(before, name), valueAt(after, name)];
    if (was === undefined ? value === undefined : value !== undefined && equalWire(was, value)) continue;
    const former = Object.keys(before).find((each) => {
      const candidate = valueAt(before, each);
      return (
        !Object.hasOwn(after, each) && value !== undefined && candidate !== undefined && equalWire(candidate, value)
      );
    });
    if (former === undefined) break;
    name = former;
  }
  return { name, since, nameThere };
}
