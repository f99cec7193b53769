import type { TsConfigJson } from 'get-tsconfig';

type CompilerOptions = NonNullable<TsConfigJson['compilerOptions']>;

/** The JavaScript of a TypeScript module, an ES module, with decorators and their metadata as tsc emits them. */
export async function compileTypeScript(file: string, source: string, options: CompilerOptions): Promise<string> {
  const { parse, transform } = await import('@swc/core');
  const syntax = { syntax: 'typescript', decorators: true, tsx: file.endsWith('x') } as const;
  const transformOptions = {
    filename: file,
    configFile: false,
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: syntax,
      keepClassNames: true,
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        useDefineForClassFields: definesFields(options),
      },
    },
  } as const;
  if (!source.includes('readonly')) return (await transform(source, transformOptions)).code;
  // spans count from the first token: a semicolon, to have one at the start
  const marked = Buffer.from(`;${source}`);
  const program = await parse(marked.toString(), { ...syntax, target: 'es2022' });
  for (const start of readonlyTypes(program))
    marked.fill(' ', start - program.span.start, start - program.span.start + 8);
  return (await transform(marked.subarray(1).toString(), transformOptions)).code;
}

/** Whether fields are defined, and not assigned: what tsc takes for granted from ES2022 on. */
function definesFields({ target, useDefineForClassFields }: CompilerOptions): boolean {
  return useDefineForClassFields ?? /^es(?:2022|2023|2024|2025|next)$/i.test(target ?? '');
}

/** Where `readonly` stands before types: swc says of `readonly string[]` that it is an object, tsc an array. */
function readonlyTypes(node: unknown): number[] {
  if (Array.isArray(node)) return node.flatMap(readonlyTypes);
  if (typeof node !== 'object' || node === null) return [];
  const { op, span, type } = node as { type?: string; op?: string; span?: { start: number } };
  const inner = Object.values(node).flatMap(readonlyTypes);
  return type === 'TsTypeOperator' && op === 'readonly' && span ? [span.start, ...inner] : inner;
}
