import { nodesOf, type ParsedModule, parseModule, type SyntaxNode } from './parse-module.js';

/** A name of another module. */
export interface ImportedName {
  readonly module: string;
  readonly name: string;
  /** Whether it is imported with the word `type`, and has no value. */
  readonly isType: boolean;
}

/** A type that a module declares, and whether its name is a value's, too. */
interface FoundType {
  readonly declaration: SyntaxNode;
  readonly file: string;
  readonly hasValue: boolean;
}

/** A module, and the names in it that can mean a type. */
export interface TypeNames extends ParsedModule {
  /** Aliases, interfaces and enumerations that it declares. */
  readonly declared: ReadonlyMap<string, SyntaxNode>;
  /** Enumerations, variables and functions that it declares. */
  readonly values: ReadonlySet<string>;
  readonly imported: ReadonlyMap<string, ImportedName>;
  /** What it hands on from other modules, or under another name. */
  readonly exported: ReadonlyMap<string, ImportedName | string>;
  /** The modules of which it hands on everything. */
  readonly all: readonly string[];
}

/** Finds the source of a module that is imported somewhere, if it is one in TypeScript. */
export type FindSource = (specifier: string, importer: string) => string | undefined;

/** A type that tsc emits the same for: `string`, `unknown[]`, `object`. */
type Emitted = string;

const primitives: ReadonlySet<Emitted> = new Set(['string', 'number', 'boolean', 'bigint', 'symbol']);

/**
 * Says what tsc emits for types that have a name of their own. swc sees one module alone: it takes a name that another module
 * declares for a class, and an alias for anything.
 */
export class NamedTypes {
  readonly #modules = new Map<string, Promise<TypeNames>>();

  constructor(private readonly findSource: FindSource) {}

  /** The names of a module. Rejects with what swc says of wrong syntax. */
  module(file: string): Promise<TypeNames> {
    const module = this.#modules.get(file) ?? parseModule(file).then(namesOf);
    this.#modules.set(file, module);
    return module;
  }

  /** What is emitted for a name in a module, if it is an alias, an interface or an enumeration. */
  async emittedFor(name: string, file: string, seen: readonly SyntaxNode[] = []): Promise<Emitted | undefined> {
    const found = await this.#find(name, file);
    // an alias may come back to itself, by way of an object or list
    if (!found || seen.includes(found.declaration)) return undefined;
    return this.#declared(found.declaration, found.file, [...seen, found.declaration]);
  }

  /** Whether what a module exports is an alias or an interface, of which nothing is left in JavaScript. */
  async exportsOnlyType(name: string, file: string): Promise<boolean> {
    const found = await this.#findExport(name, file);
    return found !== undefined && !found.hasValue;
  }

  /** Where a name of a module is declared as a type; modules that hand on each other's names are asked once. */
  async #find(name: string, file: string, asked = new Set<string>()): Promise<FoundType | undefined> {
    const { declared, imported, values } = await this.module(file);
    const declaration = declared.get(name);
    if (declaration) return { declaration, file, hasValue: values.has(name) };
    const other = imported.get(name);
    return other && this.#findImport(other, file, asked);
  }

  async #findImport(imported: ImportedName, importer: string, asked: Set<string>): Promise<FoundType | undefined> {
    const file = this.findSource(imported.module, importer);
    return file === undefined ? undefined : this.#findExport(imported.name, file, asked);
  }

  async #findExport(name: string, file: string, asked = new Set<string>()): Promise<FoundType | undefined> {
    const place = `${name} of ${file}`;
    if (asked.has(place)) return undefined;
    asked.add(place);
    const { all, exported } = await this.module(file);
    const other = exported.get(name) ?? name;
    const found = await (typeof other === 'string'
      ? this.#find(other, file, asked)
      : this.#findImport(other, file, asked));
    if (found) return found;
    const inAll = await Promise.all(
      all.map((module) => this.#findImport({ module, name, isType: false }, file, asked)),
    );
    return inAll.find((one) => one !== undefined);
  }

  async #declared(declaration: SyntaxNode, file: string, seen: readonly SyntaxNode[]): Promise<Emitted> {
    if (declaration.type === 'TsEnumDeclaration') return enumerated(declaration);
    if (declaration.type === 'TsInterfaceDeclaration') return 'object';
    return this.#emitted(declaration['typeAnnotation'] as SyntaxNode, file, seen);
  }

  /** What is emitted for an alias of a type: that of all its members, if it is one. */
  async #emitted(type: SyntaxNode, file: string, seen: readonly SyntaxNode[]): Promise<Emitted> {
    const inner = type['typeAnnotation'] as SyntaxNode;
    const members = () => Promise.all((type['types'] as SyntaxNode[]).map((one) => this.#emitted(one, file, seen)));
    switch (type.type) {
      case 'TsKeywordType':
        return primitives.has(type['kind'] as string) ? (type['kind'] as string) : 'object';
      case 'TsLiteralType':
        return literals[(type['literal'] as SyntaxNode).type] ?? 'string';
      case 'TsUnionType': {
        const [first = 'object', ...others] = await members();
        return others.every((one) => one === first) && primitives.has(first) ? first : 'object';
      }
      case 'TsIntersectionType': // a branded string is a string
        return (await members()).find((one) => primitives.has(one)) ?? 'object';
      case 'TsParenthesizedType':
        return this.#emitted(inner, file, seen);
      case 'TsTypeOperator':
        return type['op'] === 'readonly' ? this.#emitted(inner, file, seen) : 'object';
      case 'TsArrayType':
      case 'TsTupleType':
        return 'unknown[]';
      case 'TsFunctionType':
        return '(() => void)';
      case 'TsTypeReference': {
        const name = nameOf(type);
        if (name === 'Array' || name === 'ReadonlyArray') return 'unknown[]';
        return (name && (await this.emittedFor(name, file, seen))) ?? 'object';
      }
      default:
        return 'object';
    }
  }
}

const literals: Readonly<Record<string, Emitted>> = {
  NumericLiteral: 'number',
  BooleanLiteral: 'boolean',
  BigIntLiteral: 'bigint',
};

function enumerated({ members }: SyntaxNode): Emitted {
  const kinds = (members as { readonly init?: SyntaxNode | null }[]).map(({ init }) =>
    init && /^(?:String|Template)Literal$/.test(init.type) ? 'string' : 'number',
  );
  const [first = 'object', ...others] = kinds;
  return others.every((one) => one === first) ? first : 'object';
}

/** The name of a reference to a type; `undefined` for `namespace.name`. */
export function nameOf({ typeName }: SyntaxNode): string | undefined {
  const { type, value } = typeName as SyntaxNode;
  return type === 'Identifier' ? (value as string) : undefined;
}

interface Name {
  readonly value: string;
}

interface Specifier extends SyntaxNode {
  readonly local: Name;
  readonly imported?: Name | null;
  readonly orig: Name;
  readonly exported?: Name | null;
  readonly isTypeOnly?: boolean;
}

/** What a declaration, an import or an export has; of each, some. */
export interface Declaration extends SyntaxNode {
  readonly id: Name;
  readonly identifier: Name;
  readonly source?: Name | null;
  readonly specifiers?: readonly Specifier[];
  readonly typeOnly?: boolean;
}

function namesOf(module: ParsedModule): TypeNames {
  const nodes = nodesOf(module.program) as Declaration[];
  const of = (type: RegExp) => nodes.filter((node) => type.test(node.type));
  const declared = new Map(of(/^Ts(?:TypeAlias|Interface|Enum)Declaration$/).map((node) => [node.id.value, node]));
  // an interface of a class adds to it
  for (const { identifier } of of(/^ClassDeclaration$/)) declared.delete(identifier.value);
  const values = new Set(of(/^(?:TsEnumDeclaration|VariableDeclarator)$/).map(({ id }) => id.value));
  for (const { identifier } of of(/^FunctionDeclaration$/)) values.add(identifier.value);
  const imported = new Map<string, ImportedName>();
  for (const { source, specifiers = [], typeOnly = false } of of(/^ImportDeclaration$/)) {
    for (const { imported: name, isTypeOnly = false, local, type } of specifiers) {
      if (type === 'ImportNamespaceSpecifier') continue;
      const outer = type === 'ImportDefaultSpecifier' ? 'default' : (name ?? local).value;
      imported.set(local.value, { module: source!.value, name: outer, isType: isTypeOnly || typeOnly });
    }
  }
  const exported = new Map<string, ImportedName | string>();
  for (const { source, specifiers = [] } of of(/^ExportNamedDeclaration$/)) {
    for (const { exported: name, orig, type } of specifiers) {
      if (type !== 'ExportSpecifier') continue;
      const inner = orig.value;
      exported.set((name ?? orig).value, source ? { module: source.value, name: inner, isType: false } : inner);
    }
  }
  return {
    ...module,
    declared,
    values,
    imported,
    exported,
    all: of(/^ExportAllDeclaration$/).map(({ source }) => source!.value),
  };
}
