/** Runs beside the blocks: what they assert is recorded here and compared when their page is through. */
import { format, inspect } from 'node:util';

/** What a `// → …` comment says about the expression before it. */
export interface Assertion {
  /** The page and line of the expression. */
  readonly at: string;
  readonly expected: string;
}

const recorded = new Map<string, string[]>();

function record(at: string, text: string): void {
  const texts = recorded.get(at);
  if (texts) texts.push(text);
  else recorded.set(at, [text]);
}

/**
 * What the `// →` of a block becomes.
 *
 * @public used by the modules that blocks are made into
 */
export const assertion = {
  is(at: string, value: unknown): void {
    record(at, inspect(value, { depth: null, breakLength: Infinity, maxArrayLength: null, maxStringLength: null }));
  },
  prints(at: string): (...values: unknown[]) => void {
    return (...values) => record(at, format(...values));
  },
  async throws(at: string, run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      const { code, name } = error as { code?: string; name: string };
      return record(at, `throws ${name === 'MapperError' ? code : name}`);
    }
    record(at, 'threw nothing');
  },
};

/** What is wrong with an assertion, if anything is. */
export function failedAssertion({ at, expected }: Assertion): string | undefined {
  const found = recorded.get(at)?.join('\n');
  if (found === undefined) return `${at}: expected ${expected}, but it never got there`;
  return isAs(found, expected) ? undefined : `${at}: expected ${expected}\n  found ${found}`;
}

/** Whether a text is as expected: space outside quotes and a last comma don't count, and `…` stands for anything. */
function isAs(found: string, expected: string): boolean {
  const pattern = compact(expected)
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`, 's').test(compact(found));
}

function compact(text: string): string {
  return text.replaceAll(/('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|\s+|,(?=\s*[\]})])/g, '$1');
}
