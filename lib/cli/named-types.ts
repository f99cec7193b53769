import { nodesOf, type ParsedModule, parseModule, type SyntaxNode } from './parse-module.js';

/** A name of another module. */
export interface ImportedName {
  readonly module: string;
  readonly name: string;
  /** Whether it is imported with the keyword `type`, and so has no value. */
  readonly isType: boolean;
}

/** A type that a module declares, and whether its name also has a value. */
interface FoundType {
  readonly declaration: SyntaxNode;
  readonly file: string;
  readonly hasValue: boolean;
}

/** A module and the names in it that can be types. */
export interface TypeNames extends ParsedModule {
  /** The aliases, interfaces and enumerations that it declares. */
  readonly declared: ReadonlyMap<string, SyntaxNode>;
  /** The enumerations, variables and functions that it declares. */
  readonly values: ReadonlySet<string>;
  readonly imported: ReadonlyMap<string, ImportedName>;
  /** What it exports from other modules or under another name. */
  readonly exported: ReadonlyMap<string, ImportedName | string>;
  /** The modules of which it exports everything. */
  readonly all: readonly string[];
}

/** Finds the source of an imported module, if it is TypeScript. */
export type FindSource = (specifier: string, importer: string) => string | undefined;

/** A type for which swc emits the same metadata, such as `string`, `unknown[]` or `object`. */
type Emitted = string;

const primitives: ReadonlySet<Emitted> = new Set(['string', 'number', 'boolean', 'bigint', 'symbol']);

/**
 * Finds out what tsc emits for named types. swc can't, because it sees only one module at a time: it takes every name
 * that is declared elsewhere for a class, and emits Object for aliases.
 */
export class NamedTypes {
  readonly #modules = new Map<string, Promise<TypeNames>>();

  constructor(private readonly findSource: FindSource) {}

  /** The names of a module. Rejects with swc's error if the syntax is wrong. */
  module(file: string): Promise<TypeNames> {
    const module = this.#modules.get(file) ?? parseModule(file).then(namesOf);
    this.#modules.set(file, module);
    return module;
  }

  /** What tsc emits for a name in a module; `undefined` unless it is an alias, an interface or an enumeration. */
  async emittedFor(name: string, file: string, seen: readonly SyntaxNode[] = []): Promise<Emitted | undefined> {
    const found = await this.#find(name, file);
    // an alias can refer to itself, through an object or list
    if (!found || seen.includes(found.declaration)) return undefined;
    return this.#declared(found.declaration, found.file, [...seen, found.declaration]);
  }

  /** Whether an export is an alias or an interface, which doesn't exist in JavaScript. */
  async exportsOnlyType(name: string, file: string): Promise<boolean> {
    const found = await this.#findExport(name, file);
    return found !== undefined && !found.hasValue;
  }

  /** Where a name of a module is declared as a type. `asked` stops modules that export from each other. */
  async #find(name: string, file: string, asked = new Set<string>()): Promise<FoundType | undefined> {
    const { declared, imported, values } = await this.module(file);
    const declaration = declared.get(name);
    if (declaration) return { declaration, file, hasValue: values.has(name) };
    const origin = imported.get(name);
    return origin && this.#findImport(origin, file, asked);
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
    const origin = exported.get(name) ?? name;
    const found = await (typeof origin === 'string'
      ? this.#find(origin, file, asked)
      : this.#findImport(origin, file, asked));
    if (found) return found;
    const inAll = await Promise.all(
      all.map((module) => this.#findImport({ module, name, isType: false }, file, asked)),
    );
    return inAll.find((type) => type !== undefined);
  }

  async #declared(declaration: SyntaxNode, file: string, seen: readonly SyntaxNode[]): Promise<Emitted> {
    if (declaration.type === 'TsEnumDeclaration') return enumerated(declaration);
    if (declaration.type === 'TsInterfaceDeclaration') return 'object';
    return this.#emitted(declaration['typeAnnotation'] as SyntaxNode, file, seen);
  }

  /** What tsc emits for an alias of a type. For a union, that of its members if they agree. */
  async #emitted(type: SyntaxNode, file: string, seen: readonly SyntaxNode[]): Promise<Emitted> {
    const inner = type['typeAnnotation'] as SyntaxNode;
    const members = () =>
      Promise.all((type['types'] as SyntaxNode[]).map((member) => this.#emitted(member, file, seen)));
    switch (type.type) {
      case 'TsKeywordType':
        return primitives.has(type['kind'] as string) ? (type['kind'] as string) : 'object';
      case 'TsLiteralType':
        return literals[(type['literal'] as SyntaxNode).type] ?? 'string';
      case 'TsUnionType': {
        const [first = 'object', ...rest] = await members();
        return rest.every((emitted) => emitted === first) && primitives.has(first) ? first : 'object';
      }
      case 'TsIntersectionType': // a branded string is a string
        return (await members()).find((emitted) => primitives.has(emitted)) ?? 'object';
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
  const [first = 'object', ...rest] = kinds;
  return rest.every((kind) => kind === first) ? first : 'object';
}

/** The name in a reference to a type; `undefined` for `namespace.name`. */
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
  // an interface that shares the name of a class extends the class
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
