import { parseSync } from '@swc/core';
import { describe, expect, test } from '@jest/globals';
import { errorCodes, MapperError } from 'dynamo-evolve';
import { anchorsOf, headingsOf, readPage } from './markdown.js';

const page = readPage('docs/errors.md');

/** The text of each section about a code, by its heading. */
function sectionsOf(markdown: string): Map<string, string> {
  const sections = markdown.split(/^### /m).slice(1);
  return new Map(sections.map((section) => [section.split('\n')[0]!, section.split(/^## /m)[0]!]));
}

/** The details that a section names: what stands in backticks behind `Details:`. */
function detailsIn(section: string | undefined): string[] {
  const [, details = ''] = /^Details: (.*)\.$/m.exec(section ?? '') ?? [];
  return [...details.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
}

/** A node of the syntax tree, as far as this spec looks at it. */
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly declaration?: Node;
  readonly declarations?: readonly Node[];
  readonly init?: Node;
  readonly id?: Node;
  readonly key?: Node;
  readonly pat?: Node;
  readonly params?: readonly Node[];
  readonly properties?: readonly Node[];
  readonly expression?: Node;
  readonly typeName?: Node;
  readonly typeAnnotation?: Node;
  readonly body?: Node | readonly Node[];
  readonly extends?: readonly Node[];
  readonly members?: readonly Node[];
  readonly types?: readonly Node[];
}

/** The names of the details by code, read from the parameters of the messages. */
function declaredDetails(): Map<string, string[]> {
  const { body } = parseSync(readPage('lib/error-messages.ts'), { syntax: 'typescript', target: 'es2022' });
  const declarations = (body as readonly Node[]).map((node) => node.declaration ?? node);
  const interfaces = new Map(declarations.map((node) => [node.id?.value, node]));
  const membersOf = ({ body: block }: Node) => (block as Node).body as readonly Node[];
  const namesOf = (node: Node | undefined): string[] => {
    switch (node?.type) {
      case 'TsTypeReference':
        return namesOf(interfaces.get(node.typeName?.value));
      case 'TsIntersectionType':
        return node.types!.flatMap(namesOf);
      case 'TsTypeLiteral':
        return node.members!.map(({ key }) => key!.value!);
      case 'TsInterfaceDeclaration': {
        const inherited = node.extends!.flatMap(({ expression }) => namesOf(interfaces.get(expression?.value)));
        return [...inherited, ...membersOf(node).map(({ key }) => key!.value!)];
      }
      default:
        throw new Error(`a message takes a ${node?.type}, which this spec can't read`);
    }
  };
  const messages = declarations
    .flatMap((node) => node.declarations ?? [])
    .find(({ id }) => id?.value === 'errorMessages');
  return new Map(
    catalogueOf(messages?.init).map(({ key, value }) => {
      const [details] = (value as unknown as Node).params ?? [];
      return [key!.value!, namesOf(details?.typeAnnotation?.typeAnnotation)];
    }),
  );
}

/** The members of an object, whatever the compiler is told about its type. */
function catalogueOf(node: Node | undefined): readonly Node[] {
  return node?.properties ?? (node?.expression ? catalogueOf(node.expression) : []);
}

describe('docs/errors.md and the catalogue are equal', () => {
  const sections = sectionsOf(page);
  const declared = declaredDetails();

  test('in their codes and their order', () => {
    expect([...sections.keys()]).toEqual(errorCodes);
    expect([...declared.keys()]).toEqual(errorCodes);
    expect(headingsOf(page).filter(({ level }) => level > 3)).toEqual([]);
  });

  test.each([...errorCodes])('in the details of %s, and says something of it', (code) => {
    const section = sections.get(code);
    expect(detailsIn(section)).toEqual(declared.get(code));
    expect(detailsIn(section)).not.toEqual([]);
    const lines = section!
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThan(6);
  });

  test('in the place that an error links to', () => {
    const anchors = anchorsOf(page);
    const links = errorCodes.map((code) => code.toLowerCase());
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
    expect(new MapperError('MAPPER_CLOSED', { call: 'get()' }).help).toBe('docs/errors.md#mapper_closed');
  });
});
