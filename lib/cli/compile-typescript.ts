import type { TsConfigJson } from 'get-tsconfig';
import { type Declaration, type NamedTypes, nameOf } from './named-types.js';
import { nodesOf, type Range, type SyntaxNode, syntaxOf } from './parse-module.js';

type CompilerOptions = NonNullable<TsConfigJson['compilerOptions']>;

/** A replacement for some bytes of a source. */
interface Edit {
  readonly range: Range;
  readonly text: string;
}

/**
 * Compiles a TypeScript module to an ES module, with decorators and their metadata as tsc emits them. `options` are
 * those of its tsconfig.json, if there is one.
 */
export async function compileTypeScript(
  file: string,
  types: NamedTypes,
  options: CompilerOptions | undefined,
): Promise<string> {
  const { transform } = await import('@swc/core');
  const { code } = await transform(await withKnownTypes(file, types), {
    filename: file,
    configFile: false,
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: syntaxOf(file),
      keepClassNames: true,
      transform: { ...decoratorsOf(options), useDefineForClassFields: definesFields(options ?? {}) },
    },
  });
  return code;
}

/** As tsc does, standard decorators unless the tsconfig.json asks for experimental ones. */
function decoratorsOf(options: CompilerOptions | undefined) {
  const isStandard = options !== undefined && options.experimentalDecorators !== true;
  return isStandard
    ? ({ decoratorVersion: '2022-03' } as const)
    : ({ legacyDecorator: true, decoratorMetadata: true } as const);
}

/** Whether fields are defined rather than assigned: the default of tsc from ES2022 on. */
function definesFields({ target, useDefineForClassFields }: CompilerOptions): boolean {
  return useDefineForClassFields ?? /^es(?:2022|2023|2024|2025|next)$/i.test(target ?? '');
}

/**
 * A source that swc compiles to what tsc emits. swc sees one module at a time, so it can't tell which names have no
 * value and can be neither imported nor exported. Here names of types are replaced by what they stand for, other
 * imported names in types by members of their modules, and exports of types are marked as such.
 */
async function withKnownTypes(file: string, types: NamedTypes): Promise<string> {
  const { imported, program, rangeOf, source } = await types.module(file);
  const modules: string[] = [];

  const withinType = async (node: SyntaxNode): Promise<Edit[]> => {
    const name = nameOf(node);
    if (name === undefined) return [];
    const emitted = await types.emittedFor(name, file);
    if (emitted !== undefined) return [{ range: rangeOf(node), text: emitted }];
    const origin = imported.get(name);
    if (!origin || origin.isType) return [];
    if (!modules.includes(origin.module)) modules.push(origin.module);
    const text = `${namespaceOf(modules.indexOf(origin.module))}.${origin.name}`;
    return [{ range: rangeOf(node['typeName'] as SyntaxNode), text }];
  };
  const ofExport = async ({ specifiers = [], typeOnly }: Declaration): Promise<Edit[]> => {
    const named = specifiers.filter(({ isTypeOnly, type }) => type === 'ExportSpecifier' && !isTypeOnly && !typeOnly);
    const edits = named.map(async (node): Promise<Edit[]> => {
      const [start] = rangeOf(node);
      const isType = await types.exportsOnlyType((node.exported ?? node.orig).value, file);
      return isType ? [{ range: [start, start], text: 'type ' }] : [];
    });
    return (await Promise.all(edits)).flat();
  };
  const edits = nodesOf(program).map(async (node): Promise<Edit[]> => {
    if (node.type === 'TsTypeReference') return withinType(node);
    if (node.type === 'ExportNamedDeclaration') return ofExport(node as Declaration);
    if (node.type !== 'TsTypeOperator' || node['op'] !== 'readonly') return [];
    // swc emits Object for `readonly string[]`, tsc emits Array
    const [start] = rangeOf(node);
    return [{ range: [start, start + 'readonly'.length], text: '' }];
  });
  const changed = applyEdits(source, (await Promise.all(edits)).flat());
  const imports = modules.map((name, at) => `\nimport * as ${namespaceOf(at)} from ${JSON.stringify(name)};`);
  return changed + imports.join('');
}

const namespaceOf = (at: number) => `dynamoEvolveTypes${at}`;

/** The source with the edits applied, except those inside other edits. */
function applyEdits(source: Buffer, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { range, text } of edits.toSorted((a, b) => a.range[0] - b.range[0])) {
    const [start, end] = range;
    if (start < done) continue;
    parts.push(source.toString('utf8', done, start), text.padEnd(end - start));
    done = end;
  }
  return [...parts, source.toString('utf8', done)].join('');
}
