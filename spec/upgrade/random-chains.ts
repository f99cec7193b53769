import {
  convert,
  each,
  type Item,
  nest,
  remove,
  rename,
  setDefault,
  type Step,
  type StepList,
  steps,
  unnest,
  within,
} from 'dynamo-evolve';

/** What an attribute of a version may hold. */
type Type =
  | { readonly kind: 'scalar' | 'wrapped'; readonly required: boolean }
  | { readonly kind: 'map' | 'list'; readonly members: Shape; readonly required: boolean };
/** The attributes that a version declares. */
export type Shape = ReadonlyMap<string, Type>;

/** A chain of declared steps, and the shapes of its versions. */
export interface RandomChain {
  readonly lists: readonly StepList[];
  readonly shapes: readonly Shape[];
}

const names = [
  'a',
  '__proto__',
  'x.y',
  'toString',
  'm',
  'state',
  'b',
  'constructor',
  'c',
  'd',
  'n',
  'k',
  'l',
  'p',
  'q',
];
const scalars = ['', 'text', 0, 1.5, -7, true, false, 12_345_678_901_234_567_890n];

/** A source of choices that is the same for the same seed. */
export class Chooser {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  oneOf<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }

  isLucky(): boolean {
    return this.below(2) === 0;
  }
}

/** A chain of up to three versions. */
export function randomChain(choose: Chooser): RandomChain {
  const shapes: Shape[] = [randomShape(choose, 2)];
  const lists: StepList[] = [];
  // a name that was ever used is never used for something else: so says the guide, and compileModel
  const used = new Set(shapes[0]?.keys());
  for (let length = 1 + choose.below(3); length > 0; length--) {
    const { list, shape } = randomSteps(choose, shapes.at(-1) as Shape, used, 2);
    lists.push(steps(...list));
    shapes.push(shape);
  }
  return { lists, shapes };
}

function randomShape(choose: Chooser, depth: number): Shape {
  const shape = new Map<string, Type>();
  for (let count = 1 + choose.below(4); count > 0; count--) {
    const kind = depth === 0 ? 'scalar' : choose.oneOf(['scalar', 'scalar', 'map', 'list'] as const);
    const required = choose.isLucky();
    const type = kind === 'scalar' ? { kind, required } : { kind, required, members: randomShape(choose, depth - 1) };
    shape.set(choose.oneOf(names.slice(0, 6)), type);
  }
  return shape;
}

function randomSteps(choose: Chooser, before: Shape, used: Set<string>, depth: number) {
  const shape = new Map(before);
  for (const name of before.keys()) used.add(name);
  const list: Step[] = [];
  const fresh = () => names.find((name) => !used.has(name));
  const untouched = [...shape];
  for (let count = 1 + choose.below(3); count > 0 && untouched.length > 0; count--) {
    const [[name, type]] = untouched.splice(choose.below(untouched.length), 1) as [[string, Type]];
    const other = fresh();
    const made = other === undefined ? undefined : randomStep(choose, { name, type, other, shape, used }, depth);
    if (!made) continue;
    for (const one of shape.keys()) used.add(one);
    list.push(made);
  }
  return { list, shape };
}

interface Material {
  readonly name: string;
  readonly type: Type;
  /** A name that nothing has. */
  readonly other: string;
  readonly shape: Map<string, Type>;
  /** The names that something has or had. */
  readonly used: Set<string>;
}

/** A step on an attribute; changes the shape to what it leaves. */
function randomStep(choose: Chooser, { name, other, shape, type, used }: Material, depth: number): Step | undefined {
  switch (choose.below(7)) {
    case 0:
      shape.delete(name);
      shape.set(other, type);
      return rename(name, other);
    case 1:
      shape.set(other, { kind: 'scalar', required: true });
      return setDefault(other, choose.oneOf(scalars));
    case 2:
      shape.delete(name);
      return remove(
        name,
        type.kind === 'scalar' && choose.isLucky() ? { restore: choose.oneOf(scalars) } : { optional: true },
      );
    case 3:
      if (type.kind !== 'scalar') return undefined;
      shape.set(name, { kind: 'wrapped', required: type.required });
      return convert(
        name,
        (value) => [value],
        (value) => (value as unknown[])[0],
      );
    case 4:
      shape.delete(name);
      shape.set(other, { kind: 'map', required: type.required, members: new Map([['inner', type]]) });
      return nest(other, { [name]: 'inner' });
    case 5: {
      if (type.kind !== 'map' || !type.required) return undefined;
      const member = [...type.members].find(([one]) => !used.has(one));
      if (!member) return undefined;
      const left = new Map([...type.members].filter(([one]) => one !== member[0]));
      shape.set(...member);
      // a map that is emptied by this is removed: what is left of it is there and not empty, or absent
      const required = [...left.values()].some((one) => one.required);
      const members = required ? left : new Map([...left].map(([one, is]) => [one, { ...is, required: true }]));
      if (left.size === 0) shape.delete(name);
      else shape.set(name, { ...type, required, members });
      return unnest(name, [member[0]]);
    }
    default: {
      if ((type.kind !== 'map' && type.kind !== 'list') || depth === 0) return undefined;
      const inner = randomSteps(choose, type.members, used, depth - 1);
      if (inner.list.length === 0) return undefined;
      shape.set(name, { ...type, members: inner.shape });
      return type.kind === 'map' ? within(name, ...inner.list) : each(name, ...inner.list);
    }
  }
}

/** An item of a shape, with some attributes that it doesn't declare. */
export function randomItem(choose: Chooser, shape: Shape, isNested = false): Item {
  const entries: [string, unknown][] = [];
  for (const [name, type] of shape) {
    if (type.required || choose.isLucky()) entries.push([name, randomValue(choose, type)]);
  }
  if (!isNested && choose.isLucky()) entries.push(['undeclared', choose.oneOf(scalars)]);
  return Object.fromEntries(entries);
}

function randomValue(choose: Chooser, type: Type): unknown {
  switch (type.kind) {
    case 'scalar':
      return choose.oneOf(scalars);
    case 'wrapped':
      return [choose.oneOf(scalars)];
    case 'map':
      return randomItem(choose, type.members, true);
    default:
      return Array.from({ length: choose.below(3) }, () => randomItem(choose, type.members, true));
  }
}

/** The attributes of an item that a shape declares, and what it declares of them. */
export function declaredOf(item: Item, shape: Shape): Item {
  const entries = [...shape].filter(([name]) => Object.hasOwn(item, name));
  return Object.fromEntries(entries.map(([name, type]) => [name, declaredValue(item[name], type)]));
}

function declaredValue(value: unknown, type: Type): unknown {
  if (type.kind === 'map') return declaredOf(value as Item, type.members);
  return type.kind === 'list' ? (value as Item[]).map((one) => declaredOf(one, type.members)) : value;
}

/** An item that has nothing to do with any shape. */
export function hostileItem(choose: Chooser, depth = 2): Item {
  const entries = Array.from({ length: choose.below(6) }, () => [choose.oneOf(names), hostileValue(choose, depth)]);
  return Object.fromEntries(entries) as Item;
}

function hostileValue(choose: Chooser, depth: number): unknown {
  const kind = choose.below(depth === 0 ? 3 : 6);
  if (kind === 0) return null;
  if (kind < 3) return choose.oneOf(scalars);
  if (kind === 3) return Array.from({ length: choose.below(3) }, () => hostileValue(choose, depth - 1));
  return kind === 4 ? new Set(['s']) : hostileItem(choose, depth - 1);
}
