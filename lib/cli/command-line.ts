import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isMapperError, messageWithCause } from '../errors.js';
import { streamViews } from '../store/table-stream.js';
import { writeIsolations } from '../store/write-isolation.js';
import type { SweepRate } from '../operations/pace.js';
import { type CensusArguments, runCensus } from './census-command.js';
import { runCheck } from './check-command.js';
import { type Config, loadConfig } from './config.js';
import { runInit } from './init-command.js';
import { runHistory } from './history-command.js';
import { type LockOptions, runLock } from './lock-command.js';
import { type RetireArguments, runRetire } from './retire-command.js';
import { runStudio, type StudioArguments } from './studio-command.js';
import { runSweep, type SweepArguments } from './sweep-command.js';
import {
  type CreateTablesArguments,
  parseTablets,
  runCreateTables,
  runVerifyTables,
  type TablesArguments,
} from './tables-command.js';
import { standardOutput, type Terminal } from './terminal.js';
import { runUpgrade } from './upgrade-command.js';

interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
}

type Run = (config: Config, terminal: Terminal) => number | Promise<number>;

const exitCodes = `
Exit codes:
  0  success
  1  findings, differences, a document that can't be upgraded, or items that are left
  2  the command could not run: invalid arguments or configuration, engine not available
  3  a sweep was interrupted, and can go on`;

/**
 * Declares the commands and their options. `finish` is called with the exit code of the command that ran. With
 * `isJson`, commander prints no messages about invalid arguments.
 */
export function commandLine(version: string, finish: (code: number) => void, isJson = false): Command {
  const program = new Command('dynamo-evolve')
    .description('Locks and checks the schemas of stored documents, and shows how documents are upgraded.')
    .version(version)
    .configureOutput(isJson ? { writeErr: () => {} } : {})
    .exitOverride()
    .showHelpAfterError('(run dynamo-evolve --help for usage)')
    .addHelpText('after', exitCodes);

  /** Adds the common options to a command, and runs it with the loaded configuration. */
  // commander passes arguments and options in the order in which they are declared
  const addAction = (command: Command, examples: string, run: (...given: never[]) => Run) => {
    command
      .option('-c, --config <file>', 'the configuration file (default: dynamo-evolve.config.{ts,mts,js,mjs})')
      .option('--json', 'print JSON instead of text')
      .addHelpText('after', `\nExamples:\n${examples.replaceAll(/^/gm, '  $ npx dynamo-evolve ')}`)
      .action(async (...given: unknown[]) => {
        const { config, json = false } = command.opts<GlobalOptions>();
        finish(await run(...(given as never[]))(await loadConfig(process.cwd(), config), standardOutput(json)));
      });
  };

  program
    .command('init')
    .description('write a configuration to begin with')
    .option('--json', 'print JSON instead of text')
    .addHelpText('after', '\nExamples:\n  $ npx dynamo-evolve init')
    .action(({ json = false }: GlobalOptions) => finish(runInit(process.cwd(), standardOutput(json))));
  addAction(
    program.command('check').description('check the classes against schema.lock.json and the samples'),
    'check\ncheck --json',
    () => runCheck,
  );
  addAction(
    program
      .command('lock')
      .description('write the shapes of the newest versions to schema.lock.json')
      .option('--amend', 'lock the newest versions again, if they were never deployed')
      .option('--drop <entity...>', 'remove entities that no longer have a class, by their names in the lock'),
    `lock\nlock --amend\nlock --drop chat_drafts`,
    (options: LockOptions) => (config, terminal) => runLock(config, options, terminal),
  );
  addAction(
    program.command('history').description("print the changelog of each class's schema as Markdown"),
    'history > SCHEMA.md',
    () => runHistory,
  );
  const tables = program.command('tables').description('create tables, or compare them with the classes');
  addAction(
    tables
      .command('create')
      .description('create the missing tables with their indexes')
      .addOption(endpointOption())
      .addOption(
        new Option('--write-isolation <policy>', 'the write isolation of new tables on ScyllaDB')
          .choices(writeIsolations)
          .default('always_use_lwt'),
      )
      .addOption(
        new Option(
          '--initial-tablets <count>',
          "the tablets of new tables on ScyllaDB at first, or 'none' for tables without",
        ).argParser(parseTablets),
      )
      .addOption(streamsOption('turn on the streams of the tables, with this view')),
    'tables create\ntables create --streams NEW_AND_OLD_IMAGES',
    (given: CreateTablesArguments) => (config, terminal) => runCreateTables(config, given, terminal),
  );
  addAction(
    tables
      .command('verify')
      .description('list the differences between the tables and the classes')
      .addOption(endpointOption())
      .addOption(streamsOption('the view that the streams of the tables must have')),
    'tables verify',
    (given: TablesArguments) => (config, terminal) => runVerifyTables(config, given, terminal),
  );
  addAction(
    program
      .command('upgrade')
      .description('show what each step changes in a stored document (wire JSON or plain JSON)')
      .argument('<file>', 'the document')
      .option('-e, --entity <name>', 'the class or table of the document, if its folder and keys are ambiguous'),
    'upgrade spec/samples/session/v1-abc-123.json\nupgrade item.json --entity Session',
    (file: string, { entity }: { readonly entity?: string }) =>
      (config, terminal) =>
        runUpgrade(config, file, entity, terminal),
  );

  addAction(
    program
      .command('studio')
      .description('look at tables, items, upgrades and sweeps in the browser')
      .addOption(
        new Option('--port <number>', 'the port of this machine; any free one unless given').argParser(portNumber),
      )
      .option('--open', 'open the browser')
      .option('--write', 'allow sweeps to be started, and keep counts in the engine')
      .addOption(endpointOption()),
    'studio --open\nstudio --write --port 4000',
    (given: StudioArguments) => (config, terminal) => runStudio(config, given, terminal),
  );
  addAction(
    program
      .command('census')
      .description('count the stored items by their versions')
      .argument('[entity...]', 'the classes; all of the configuration unless given')
      .addOption(endpointOption())
      .option('--consistent', 'read what was last written')
      .option('--examine', 'also tell which items can not be read')
      .addOption(new Option('--sample <share>', 'estimate from a random share of the table').argParser(share))
      .addOption(new Option('--segments <number>', 'segments to read side by side').argParser(wholeNumber)),
    'census\ncensus Session --consistent --examine\ncensus --sample 0.02',
    (names: string[], { consistent, endpoint, examine, sample, segments }: CensusArguments) =>
      (config, terminal) =>
        runCensus(config, names, { consistent, endpoint, examine, sample, segments }, terminal),
  );
  addAction(
    program
      .command('sweep')
      .description('bring every stored item to the version that the configuration writes')
      .argument('[entity...]', 'the classes; all of the configuration unless given')
      .option('--job <name>', 'keep the sweep under a name: it can be interrupted, and shared by processes')
      .addOption(endpointOption())
      .option('--plan', 'only tell what would happen, from a sample')
      .option('--status', 'tell how far the job is, whoever works on it')
      .option('-y, --yes', 'begin without asking')
      .option('--only-failed', 'try just those items of the job again that failed')
      .addOption(new Option('--canary <number>', 'stop after so many items').argParser(wholeNumber))
      .addOption(new Option('--rate <items>', "items a second, or 'adaptive'").argParser(rateOf))
      .addOption(new Option('--segments <number>', 'segments of the table; 64 unless given').argParser(wholeNumber)),
    'sweep --plan\nsweep Session --job session-v3 --rate 500\nsweep Session --job session-v3 --only-failed',
    (names: string[], given: SweepArguments) => (config, terminal) => runSweep(config, names, given, terminal),
  );
  addAction(
    program
      .command('retire')
      .description('tell whether old versions may be forgotten')
      .argument('<entity>', 'the class')
      .addOption(
        new Option('--below <version>', 'the oldest version to keep').argParser(wholeNumber).makeOptionMandatory(),
      )
      .addOption(endpointOption())
      .requiredOption('--last-old-writer <time>', 'when code that could write older versions last ran')
      .addOption(new Option('--segments <number>', 'segments to read side by side').argParser(wholeNumber)),
    'retire Session --below 3 --last-old-writer 2024-03-01T12:00:00Z',
    (name: string, given: RetireArguments) => (config, terminal) => runRetire(config, name, given, terminal),
  );

  return program;
}

function streamsOption(what: string): Option {
  return new Option('--streams <view>', `${what}, instead of the configuration's`).choices(streamViews);
}

function endpointOption(): Option {
  return new Option('--endpoint <url>', "the engine, instead of the configuration's client").argParser(url);
}

function url(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('Expected an URL such as http://localhost:8000.');
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535.');
}

function share(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 1) return number;
  throw new InvalidArgumentError('Expected a number above 0 and at most 1.');
}

function rateOf(text: string): SweepRate {
  if (text === 'adaptive') return text;
  const items = Number(text);
  if (items > 0 && Number.isFinite(items)) return { items };
  throw new InvalidArgumentError("Expected a number of items a second, or 'adaptive'.");
}

/** Runs the command line. Resolves to the exit code: 0 for success, 1 for findings, 2 if the command could not run. */
export async function runCommandLine(args: readonly string[], version: string): Promise<number> {
  let code = 0;
  const isJson = args.includes('--json');
  try {
    const program = commandLine(version, (finished) => (code = finished), isJson);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) printFailure(error, isJson);
    // help and version aren't errors; without --json, commander has already printed the others
    else if (error.exitCode === 0) return 0;
    else if (isJson) printError('INVALID_ARGUMENT', usageProblem(error));
    return 2;
  }
}

function usageProblem({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '');
}

/** Prints why a command could not run. Only an unexpected error is printed with its stack. */
function printFailure(error: unknown, isJson: boolean): void {
  const { code, stack = String(error) } = error as NodeJS.ErrnoException;
  const isExpected = isMapperError(error);
  const text = isExpected ? messageWithCause(error) : (error as Error).message;
  if (isJson) return printError(code, text);
  // 'syscall' is there if a file can't be written
  process.stderr.write(`${isExpected || 'syscall' in (error as Error) ? text : stack}\n`);
}

function printError(code: string | undefined, message: string): void {
  process.stdout.write(`${JSON.stringify({ error: { code, message } }, undefined, 2)}\n`);
}
