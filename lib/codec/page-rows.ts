import { Row, type RowValue, Shape } from './row.js';

// Reads the items of a page or batch as rows. One pass over the bytes writes JSON without what all items have in common,
// the names of attributes and the types of most values, and `JSON.parse` does the rest. Strings are checked by it, too,
// and none of them refers to the text of the answer. Only what engines write, to the letter, is read here.

/** An answer with rows for its items: those of a page, or those of a batch from one table. */
export interface AnswerOfRows {
  readonly Items?: readonly Row[];
  readonly Responses?: Readonly<Record<string, readonly Row[]>>;
  readonly [member: string]: unknown;
}

/**
 * Reads the answer to a Query or Scan, or to a BatchGetItem for one table; `undefined` if it isn't one, or not as
 * engines write it. Then `JSON.parse` must decide.
 */
export function readRows(body: Buffer): AnswerOfRows | undefined {
  try {
    const page = behind(body, '"Items":[');
    if (page !== undefined) {
      const { members, rows } = readList(body, page, 'Items');
      return { ...members, Items: rows };
    }
    const tables = behind(body, '"Responses":{');
    const batch = tables && behind(body, ':[', tables);
    if (!batch) return undefined;
    const table = JSON.parse(body.toString('utf8', tables, batch - 2)) as string;
    const { members, rows } = readList(body, batch, 'Responses');
    return { ...members, Responses: { [table]: rows } };
  } catch {
    return undefined;
  }
}

/** Where a text ends that stands in a body outside of strings, or inside of one as nothing but its end. */
function behind(body: Buffer, text: string, from = 0): number | undefined {
  const found = body.indexOf(text, from);
  return found < 0 || body[found - 1] === backslash ? undefined : found + text.length;
}

/** The list of items that starts at a place, and the members of the answer, among which `name` holds the list. */
function readList(body: Buffer, start: number, name: 'Items' | 'Responses') {
  const close = name === 'Items' ? '}' : '}}';
  const head = JSON.parse(`${body.toString('utf8', 0, start)}]${close}`) as object;
  const scanner = new RowScanner(body, start);
  const rows = scanner.rows();
  const tail = membersAfter(body.toString('utf8', scanner.at), close);
  if (name in tail) throw unusual;
  return { members: { ...head, ...tail }, rows };
}

function membersAfter(text: string, close: string): object {
  if (text === close) return {};
  const separator = `${close.slice(1)},`;
  const members = JSON.parse(text.replace(separator, '{')) as object;
  if (!text.startsWith(separator) || Object.keys(members).length === 0) throw unusual;
  return members;
}

/** Thrown for what isn't as engines write it. Nobody sees it. */
const unusual = new Error('not as engines write it');

/**
 * A name in an item, and the names that have followed it in other items. Most items have the names of an earlier one,
 * so their bytes are compared with what is expected there, and not read.
 */
interface Name {
  readonly name: string;
  /** Its bytes, with quotes and colon. */
  readonly bytes: Uint8Array;
  readonly before: Name | undefined;
  readonly next: Name[];
  /** The shape of items that end with this name. */
  shape: Shape | undefined;
}

/** Beyond as many, names are forgotten: the items have little in common. */
const mostNames = 5_000;
/** An answer of more shapes isn't read as rows. */
const mostShapes = 200;

let nameCount = 0;
let first = newName('', new Uint8Array(), undefined);

function newName(name: string, bytes: Uint8Array, before: Name | undefined): Name {
  nameCount++;
  return { name, bytes, before, next: [], shape: undefined };
}

function namesUpTo(last: Name): string[] {
  const names: string[] = [];
  for (let one = last; one.before; one = one.before) names.push(one.name);
  return names.toReversed();
}

/** Where rows are written; kept from page to page, unless it is unusually large. */
let scratch = Buffer.allocUnsafeSlow(0);
/** Engines end a page at 1 MB. */
const mostKept = 4_000_000;

const [quote, backslash, comma, colon, minus, zero, nine] = Buffer.from('"\\,:-09') as unknown as Bytes;
const [openMap, closeMap, openList, closeList, u, letterS, letterN, letterB, letterL, letterM] = Buffer.from(
  '{}[]uSNBLM',
) as unknown as Bytes;
type Bytes = readonly [number, number, number, number, number, number, number, number, number, number];

const hexDigits = Buffer.from('0123456789abcdef');
/** What stands for itself, behind the brace that opens it. */
const constants = [
  { wire: Buffer.from('"BOOL":true}'), text: Buffer.from('true') },
  { wire: Buffer.from('"BOOL":false}'), text: Buffer.from('false') },
  { wire: Buffer.from('"NULL":true}'), text: Buffer.from('null') },
];

/** Engines nest values 32 levels deep. */
const maximumDepth = 40;
/** Numbers read integers of as many digits exactly. */
const mostDigits = 15;

/** Goes through the items of an answer once. */
class RowScanner {
  readonly #source: Buffer;
  readonly #target: Buffer;
  /** The shape of each item so far. */
  readonly #shapes: Shape[] = [];
  readonly #differentShapes = new Set<Shape>();
  /** Where the next byte is read. */
  at: number;
  /** Where the next byte is written. */
  #to = 0;
  /**
   * How many more characters may be escaped. Text without other characters than ASCII is made of bytes and parsed much
   * faster, but an escape is longer.
   */
  #escapesLeft: number;
  #isAscii = true;

  constructor(source: Buffer, at: number) {
    this.#source = source;
    this.at = at;
    this.#escapesLeft = source.length >> 6;
    const room = source.length + (source.length >> 3) + 1024;
    if (scratch.length < room) scratch = Buffer.allocUnsafeSlow(room);
    this.#target = scratch;
    if (room > mostKept) scratch = Buffer.allocUnsafeSlow(0);
    if (nameCount <= mostNames) return;
    nameCount = 0;
    first = newName('', new Uint8Array(), undefined);
  }

  /** The rows from behind the bracket that opens the list of items to the one that closes it. */
  rows(): Row[] {
    this.#target[this.#to++] = openList;
    for (let more = this.#hasFirst(closeList); more; more = this.#hasNext(closeList)) this.#copyItem();
    const text = this.#target.toString(this.#isAscii ? 'latin1' : 'utf8', 0, this.#to);
    const rows = JSON.parse(text) as RowValue[][];
    return rows.map((values, at) => new Row(values, this.#shapes[at] as Shape));
  }

  /** Whether a member comes next, behind an opening bracket. If not, copies the bracket that closes it. */
  #hasFirst(close: number): boolean {
    if (this.#source[this.at] !== close) return true;
    this.#copy(1);
    return false;
  }

  /** Copies what stands behind a member, and returns whether another one follows. */
  #hasNext(close: number): boolean {
    const separator = this.#source[this.at];
    if (separator !== comma && separator !== close) throw unusual;
    this.#copy(1);
    return separator === comma;
  }

  /** Writes the values of an item as a list. */
  #copyItem(): void {
    this.#expect(openMap);
    this.#target[this.#to++] = openList;
    let name = first;
    for (let more = this.#hasFirst(closeMap); more; more = this.#hasNext(closeMap)) {
      name = this.#nameAfter(name);
      this.#copyValue(0);
    }
    this.#target[this.#to - 1] = closeList;
    this.#addShape((name.shape ??= new Shape(namesUpTo(name))));
  }

  #addShape(shape: Shape): void {
    if (shape !== this.#shapes.at(-1)) this.#differentShapes.add(shape);
    if (this.#differentShapes.size > mostShapes) throw unusual;
    this.#shapes.push(shape);
  }

  #nameAfter(before: Name): Name {
    // not for … of, which allocates an iterator for each name
    for (let at = 0; at < before.next.length; at++) {
      const next = before.next[at] as Name;
      if (!this.#isAt(this.at, next.bytes)) continue;
      this.at += next.bytes.length;
      return next;
    }
    return this.#learnName(before);
  }

  #learnName(before: Name): Name {
    const start = this.at;
    let end = start + 1;
    while (end < this.#source.length && this.#source[end] !== quote) end += this.#source[end] === backslash ? 2 : 1;
    const name = JSON.parse(this.#source.toString('utf8', start, end + 1)) as unknown;
    if (typeof name !== 'string' || this.#source[end + 1] !== colon || namesUpTo(before).includes(name)) throw unusual;
    this.at = end + 2;
    const learned = newName(name, Uint8Array.from(this.#source.subarray(start, this.at)), before);
    before.next.push(learned);
    return learned;
  }

  #copyValue(depth: number): void {
    const source = this.#source;
    const { at } = this;
    if (source[at] !== openMap || source[at + 1] !== quote || depth > maximumDepth) throw unusual;
    const type = source[at + 2];
    if (source[at + 3] === quote && source[at + 4] === colon) this.#copyShort(type, depth);
    else if (source[at + 3] === letterS && source[at + 4] === quote && source[at + 5] === colon) this.#copySet(type);
    else this.#copyConstant();
  }

  /** A value whose type is called by one letter. */
  #copyShort(type: number | undefined, depth: number): void {
    const opened = this.#source[this.at + 5];
    if (type === letterS) {
      this.at += 5;
      this.#copyString();
      this.#expect(closeMap);
    } else if (type === letterN) {
      if (this.#copyInteger()) return;
      this.#copy(5);
      this.#copyString();
      this.#copyEnd();
    } else if (type === letterB) {
      this.#copy(5);
      this.#copyString();
      this.#copyEnd();
    } else if (type === letterL && opened === openList) {
      this.#copy(6);
      for (let more = this.#hasFirst(closeList); more; more = this.#hasNext(closeList)) this.#copyValue(depth + 1);
      this.#copyEnd();
    } else if (type === letterM && opened === openMap) {
      this.#copy(6);
      for (let more = this.#hasFirst(closeMap); more; more = this.#hasNext(closeMap)) this.#copyMember(depth + 1);
      this.#copyEnd();
    } else throw unusual;
  }

  /** A name and a value in a map. */
  #copyMember(depth: number): void {
    this.#copyString();
    this.#expect(colon);
    this.#target[this.#to++] = colon;
    this.#copyValue(depth);
  }

  #copySet(type: number | undefined): void {
    const isSet = type === letterS || type === letterN || type === letterB;
    if (!isSet || this.#source[this.at + 6] !== openList) throw unusual;
    this.#copy(7);
    for (let more = this.#hasFirst(closeList); more; more = this.#hasNext(closeList)) this.#copyString();
    this.#copyEnd();
  }

  #copyConstant(): void {
    const found = constants.find(({ wire }) => this.#isAt(this.at + 1, wire));
    if (!found) throw unusual;
    this.#target.set(found.text, this.#to);
    this.#to += found.text.length;
    this.at += 1 + found.wire.length;
  }

  /** Writes a number without its wrapper if its notation is that of an integer, and returns whether it is. */
  #copyInteger(): boolean {
    const source = this.#source;
    const start = this.at + 6;
    const digits = source[start] === minus ? start + 1 : start;
    let end = digits;
    while ((source[end] as number) >= zero && (source[end] as number) <= nine) end++;
    const count = end - digits;
    const isShort = count > 0 && count <= mostDigits && (source[digits] !== zero || (count === 1 && digits === start));
    if (!isShort || source[start - 1] !== quote || source[end] !== quote || source[end + 1] !== closeMap) return false;
    for (let at = start; at < end; at++) this.#target[this.#to++] = source[at] as number;
    this.at = end + 2;
    return true;
  }

  #copyString(): void {
    const source = this.#source;
    const target = this.#target;
    const { length } = source;
    let { at } = this;
    let to = this.#to;
    if (source[at] !== quote) throw unusual;
    target[to++] = quote;
    for (at++; source[at] !== quote;) {
      if (at >= length) throw unusual;
      const byte = source[at] as number;
      if (byte > 127) {
        const unit = this.#escapesLeft > 0 ? unitAt(source, at) : 0;
        if (unit > 0) {
          this.#escapesLeft--;
          to = writeEscape(target, to, unit);
          at += unit < 0x800 ? 2 : 3;
          continue;
        }
        this.#isAscii = false;
      } else if (byte === backslash) target[to++] = source[at++] as number;
      target[to++] = source[at++] as number;
    }
    target[to] = quote;
    this.at = at + 1;
    this.#to = to + 1;
  }

  #copy(count: number): void {
    for (let end = this.at + count; this.at < end; this.at++)
      this.#target[this.#to++] = this.#source[this.at] as number;
  }

  #copyEnd(): void {
    this.#expect(closeMap);
    this.#target[this.#to++] = closeMap;
  }

  #expect(byte: number): void {
    if (this.#source[this.at++] !== byte) throw unusual;
  }

  #isAt(at: number, bytes: Uint8Array): boolean {
    for (let offset = 0; offset < bytes.length; offset++) {
      if (this.#source[at + offset] !== bytes[offset]) return false;
    }
    return true;
  }
}

/** The UTF-16 unit that two or three bytes stand for; 0 for others, and for what may not be UTF-8. */
function unitAt(source: Uint8Array, at: number): number {
  const [lead, second, third] = [source[at], source[at + 1], source[at + 2]] as [number, number, number];
  if ((second & 0xc0) !== 0x80) return 0;
  if (lead >= 0xc2 && lead < 0xe0) return ((lead & 31) << 6) | (second & 63);
  const isThree = lead > 0xe0 && lead < 0xed && (third & 0xc0) === 0x80;
  return isThree ? ((lead & 15) << 12) | ((second & 63) << 6) | (third & 63) : 0;
}

/** Writes a unit as JSON escapes it; returns where it ends. */
function writeEscape(target: Uint8Array, to: number, unit: number): number {
  target[to] = backslash;
  target[to + 1] = u;
  for (let digit = 0; digit < 4; digit++) target[to + 2 + digit] = hexDigits[(unit >> (12 - 4 * digit)) & 15] as number;
  return to + 6;
}
