import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkCommand, commandsOf } from './commands.js';
import { isWalked, pageNames, parsePage, root } from './markdown.js';
import { blockId } from './project.js';

const commands = pageNames()
  .map((name) => parsePage(name))
  .flatMap(({ name, blocks }) =>
    blocks
      .filter((block) => block.language === 'sh' && !isWalked(block))
      .flatMap((block) => commandsOf(block.text).map((command) => ({ id: blockId(name, block), command }))),
  );
const exempt = commands.filter(({ command }) => 'exempt' in checkCommand(command));

describe('the commands of the pages', () => {
  test.each(commands.filter((one) => !exempt.includes(one)))('$id: $command', ({ command }) => {
    expect(checkCommand(command)).toEqual({ checked: expect.any(String) });
  });

  test('are in the README as people type them', () => {
    const readme = commands.filter(({ id }) => id.startsWith('README.md:')).map(({ command }) => command);
    expect(readme).toEqual(expect.arrayContaining(['npm ci', 'npm run demo', 'npm test']));
  });

  test('that install, run the demo and test are steps of the CI', () => {
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(['npm ci', 'npm run demo', 'npm test'].filter((command) => !ci.includes(command))).toEqual([]);
  });
});

describe('the commands that are shown and not run', () => {
  test.each(exempt.map(({ id, command }) => [id, command, checkCommand(command)] as const))(
    '%s: %s %j',
    (_id, _command, verdict) => {
      expect(verdict).toEqual({ exempt: expect.any(String) });
    },
  );
});

describe('a command', () => {
  test.each([
    ['npm run nothing', 'there is no script nothing'],
    ['npm test -- spec/nothing', 'there is no spec/nothing'],
    ['npx nothing', 'there is no nothing'],
    ['npx dynamo-evolve chek', 'dynamo-evolve has no chek'],
    ['npx dynamo-evolve tables destroy', 'dynamo-evolve has no destroy'],
    ['npx dynamo-evolve lock --force', 'dynamo-evolve has no --force'],
    ['npm install left-pad', 'left-pad: not ours'],
    ['docker compose -f nothing.yml up', 'there is no nothing.yml'],
    ['rm -rf /', 'no rule knows it'],
  ])('that is wrong is a problem: %s', (command, problem) => {
    expect(checkCommand(command)).toEqual({ problem });
  });

  test('is found behind comments, variables and other commands', () => {
    expect(commandsOf('# first\nA=1 npm ci && npm test # then\ndocker run \\\n  -d x\n\ncurl x | cat')).toEqual([
      'npm ci',
      'npm test',
      'docker run -d x',
      'curl x',
      'cat',
    ]);
  });
});
