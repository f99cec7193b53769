import { MapperError } from '../errors.js';
import { decoratorOf } from './attribute-model.js';
import type { ClassRecord, StepRecord } from './registry.js';
import { isStandardSchema } from './standard-schema.js';

/** What is wrong with the value of an option, if anything. */
type Check = (value: unknown) => string | undefined;
type Checks = Readonly<Record<string, Check>>;

/** For options that are checked elsewhere. */
const any: Check = () => undefined;
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'is neither true nor false');
const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : "isn't text of at least one character";
const names: Check = (value) => {
  if (!Array.isArray(value)) return "isn't a list of attribute names";
  const at = value.findIndex((name) => typeof name !== 'string' || name === '' || !name.isWellFormed());
  return at < 0 ? undefined : `isn't a list of attribute names: at position ${at + 1} stands something else`;
};
/** The stored name of an attribute that the mapper sets on plain items, by assignment. */
const assignableName: Check = (value) =>
  value === '__proto__' ? "stands for an object's prototype; give it another name" : text(value);

const schema: Check = (value) =>
  isStandardSchema(value) ? undefined : "isn't a Standard Schema, as those of zod, valibot and arktype are";

const entity: Checks = { name: text, table: any, discriminator: any, schema };
const discriminator: Checks = { attribute: assignableName, value: text, default: flag };
const versioned: Checks = { attribute: assignableName, initial: any, floor: any, upgrades: any };
const index: Checks = { partitionKey: any, sortKey: any, since: any, complete: flag };
const upgrade: Checks = { description: text, repeatable: flag, dynamic: flag, reads: names };
const callable: Check = (value) => (typeof value === 'function' ? undefined : "isn't a function");
const attribute: Checks = {
  name: (value) => (typeof value === 'string' ? undefined : "isn't text"),
  type: any,
  items: any,
  fromStorage: callable,
  toStorage: callable,
  notation: (value) => (value === 'canonical' ? undefined : "isn't a notation; the only one is canonical"),
  default: any,
  optional: flag,
  nullable: flag,
  template: any,
};

/** Throws `INVALID_OPTION` for options that a decorator doesn't have: a misspelt one would silently have no effect. */
export function checkDecoratorOptions(className: string, record: ClassRecord): void {
  if (record.entity !== undefined) {
    check(className, '@Entity', record.entity, entity);
    const { discriminator: given } = record.entity;
    if (given !== undefined) {
      check(className, '@Entity({ discriminator })', given, discriminator, ['attribute', 'value']);
    }
  }
  if (record.versioned) check(className, '@Versioned', record.versioned.options, versioned);
  for (const { name, options } of record.indexes) check(className, `@Index ${name}`, options, index);
  for (const { member, options, roles } of record.members.values()) {
    const [role] = roles;
    check(className, `${role ? decoratorOf[role] : '@Attribute'} of ${String(member)}`, options, attribute);
  }
}

/** Checks the options of `@Upgrade`. Throws `INVALID_OPTION`. */
export function checkUpgradeOptions(className: string, { from, options, to }: StepRecord): void {
  const decorator = `@Upgrade(${from}, ${to})`;
  check(className, decorator, options, upgrade);
  if (options.dynamic === true && options.reads !== undefined) {
    const problem = `can't stand beside dynamic: true, which says that the step may look at any attribute; keep one of the two`;
    throw new MapperError('INVALID_OPTION', { class: className, decorator, option: 'reads', problem });
  }
}

function check(
  className: string,
  decorator: string,
  options: unknown,
  checks: Checks,
  required: readonly string[] = [],
): void {
  const refuse = (option: string, problem: string) =>
    new MapperError('INVALID_OPTION', { class: className, decorator, option, problem });
  if (typeof options !== 'object' || options === null) throw refuse('the options', "aren't an object");
  const values = new Map<string, unknown>(Object.entries(options));
  for (const option of required) if (!values.has(option)) values.set(option, undefined);
  for (const [option, value] of values) {
    if (!Object.hasOwn(checks, option))
      throw refuse(option, `isn't an option; the options are ${Object.keys(checks).join(', ')}`);
    if (value === undefined && !required.includes(option)) continue;
    const problem = checks[option]?.(value);
    if (problem !== undefined) throw refuse(option, problem);
  }
}
