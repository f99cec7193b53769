import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { standardOutput } from '../../lib/cli/terminal.js';

const { stdout } = process;
const isTTY = Object.getOwnPropertyDescriptor(stdout, 'isTTY');
const environment = { ...process.env };

beforeEach(() => {
  delete process.env['NO_COLOR'];
});
afterEach(() => {
  process.env = { ...environment };
  if (isTTY) Object.defineProperty(stdout, 'isTTY', isTTY);
  else Reflect.deleteProperty(stdout, 'isTTY');
});

function painted(onTerminal: boolean): string {
  Object.defineProperty(stdout, 'isTTY', { value: onTerminal, configurable: true, writable: true });
  return standardOutput(false).paint('red', 'text');
}

describe('colours', () => {
  test('are there on a terminal', () => {
    expect(painted(true)).toBe('\u001B[31mtext\u001B[39m');
  });

  test('are not there elsewhere', () => {
    expect(painted(false)).toBe('text');
  });

  test('are not there where NO_COLOR is set', () => {
    process.env['NO_COLOR'] = '1';
    expect(painted(true)).toBe('text');
  });

  test('are there where NO_COLOR is empty, as its convention has it', () => {
    process.env['NO_COLOR'] = '';
    expect(painted(true)).toBe('\u001B[31mtext\u001B[39m');
  });
});
