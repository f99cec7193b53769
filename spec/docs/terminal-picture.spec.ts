import { describe, expect, test } from '@jest/globals';
import { pictureOf } from '../../tools/terminal/picture.js';
import { Screen } from '../../tools/terminal/screen.js';

const escape = '\u001B[';

function shown(...outputs: string[]): Screen {
  const screen = new Screen();
  for (const output of outputs) screen.write(output);
  return screen;
}

describe('the screen of a recorded command', () => {
  test('shows the last state of what is written over', () => {
    const erased = `${escape}2K${escape}1A${escape}2K${escape}G`;
    expect(shown('plan\r\n', '1 of 2\r\nbar', `${erased}2 of 2\r\nbars`).text()).toBe('plan\n2 of 2\nbars');
  });

  test.each([
    ['a carriage return writes over the line', 'abc\rX', 'Xbc'],
    ['the rest of a line is erased', `abc\r${escape}K`, ''],
    ['what hides the cursor shows nothing', `${escape}?25la${escape}?25h`, 'a'],
    ['signs of more than one code unit are one', '🙂█', '🙂█'],
    ['empty lines at the end are left out', 'a\n\n', 'a'],
  ])('%s', (_what, output, text) => {
    expect(shown(output).text()).toBe(text);
  });

  test('keeps colours and weights, until they end', () => {
    const output = `${escape}31mred${escape}39m plain ${escape}1mbold${escape}22m ${escape}2mdim${escape}0m.`;
    const [spans = []] = shown(output).lines();
    expect(
      spans.map(({ colour, isBold, isDim, text }) => [text, colour || '', isBold ?? false, isDim ?? false]),
    ).toEqual([
      ['red', 'red', false, false],
      [' plain ', '', false, false],
      ['bold', '', true, false],
      [' ', '', false, false],
      ['dim', '', false, true],
      ['.', '', false, false],
    ]);
  });
});

test('the picture of a screen has its text and its colours, whatever signs it has', () => {
  const picture = pictureOf('check <x>', shown(`${escape}32ma & b${escape}39m\r\n<c>`).lines(), 'says "no"');
  expect(picture).toContain('check &lt;x&gt;</text>');
  expect(picture).toMatch(/<tspan fill="#[\da-f]{6}">a &amp; b<\/tspan>/);
  expect(picture).toContain('>&lt;c&gt;</text>');
  expect(picture).toContain('<desc id="description">says &quot;no&quot;</desc>');
});
