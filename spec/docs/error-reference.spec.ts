import { parseSync } from '@swc/core';
import { describe, expect, test } from '@jest/globals';
import { errorCodes, MapperError } from 'dynamo-evolve';
import { sampleDetails } from '../errors/sample-details.js';
import { errorPages, errorSections, storedErrorPages } from './error-sections.js';
import { anchorsOf, readPage } from './markdown.js';

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

describe('the pages of errors and the catalogue are equal', () => {
  const sections = new Map(errorSections().map((section) => [section.code, section]));
  const declared = declaredDetails();

  test('in their codes and their order', () => {
    expect([...sections.keys()]).toEqual(errorCodes);
    expect([...declared.keys()]).toEqual(errorCodes);
    expect(errorPages.toSorted()).toEqual(storedErrorPages);
  });

  test.each([...errorCodes])('in the details of %s', (code) => {
    const { text } = sections.get(code)!;
    expect(detailsIn(text)).toEqual(declared.get(code));
    expect(detailsIn(text)).not.toEqual([]);
  });

  test.each([...errorCodes])('in what %s says, and the section tells why it comes and how to fix it', (code) => {
    const { blocks, text } = sections.get(code)!;
    const quoted = [...text.matchAll(/^> (.*)$/gm)].map(([, line]) => line).join(' ');
    const { message } = new MapperError(code, sampleDetails[code]);
    expect(quoted).toBe(message.slice(0, message.lastIndexOf(' [')));
    expect(text).toMatch(/^\*\*Why:\*\* \S[^]{20,}\n\n\*\*Fix:\*\* \S[^]{20,}/m);
    // before and after
    const [block, ...others] = blocks;
    expect([block?.language, others]).toEqual(['diff', []]);
    expect(block?.text).toMatch(/^[-+]/m);
  });

  test('in the places that errors.md links to, which has the anchor that an error names', () => {
    const index = readPage('docs/errors.md');
    const lines = errorCodes.map((code) => index.split('\n').find((line) => line.includes(`[\`${code}\`](`)));
    const anchors = lines.map((line) => `docs/errors.md#${/^- <a id="(\w+)"><\/a>/.exec(line ?? '')?.[1]}`);
    expect(anchors).toEqual(errorCodes.map((code) => new MapperError(code, sampleDetails[code]).help));
    const links = lines.map((line) => `docs/${/\]\(([^)]*)\)/.exec(line ?? '')?.[1]}`);
    expect(links).toEqual([...sections.values()].map(({ code, page }) => `${page}#${code.toLowerCase()}`));
    expect(links.filter((link) => !anchorsOf(readPage(link.split('#')[0]!)).has(link.split('#')[1]!))).toEqual([]);
  });
});
