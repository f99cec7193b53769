import { Command, CommanderError, Option } from 'commander';
import { isMapperError, messageWithCause } from '../errors.js';
import { type WriteIsolation, writeIsolations } from '../store/create-table.js';
import { runCheck } from './check-command.js';
import { type Config, loadConfig } from './config.js';
import { runHistory } from './history-command.js';
import { type LockOptions, runLock } from './lock-command.js';
import { runCreateTables, runVerifyTables } from './tables-command.js';
import { standardOutput, type Terminal } from './terminal.js';
import { runUpgrade } from './upgrade-command.js';

interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
}

type Run = (config: Config, terminal: Terminal) => number | Promise<number>;

const exitCodes = `
Exit codes:
  0  all is well
  1  there are findings, differences or a document that can't be upgraded
  2  the command could not do its work: wrong arguments, configuration, engine`;

/** The commands and their options; `finish` is told the exit code of the one that ran. Where JSON is printed, nothing is said of wrong arguments. */
export function commandLine(version: string, finish: (code: number) => void, isJson = false): Command {
  const program = new Command('dynamo-evolve')
    .description(
      'Keeps the schemas of stored documents safe: locks them, checks them, shows what becomes of documents.',
    )
    .version(version)
    .configureOutput(isJson ? { writeErr: () => {} } : {})
    .exitOverride()
    .showHelpAfterError('(see dynamo-evolve --help)')
    .addHelpText('after', exitCodes);

  /** Adds what all commands have, and lets one run with the configuration. */
  // commander hands over arguments and options as they are declared
  const runs = (command: Command, examples: string, run: (...given: never[]) => Run) => {
    command
      .option('-c, --config <file>', 'the configuration; dynamo-evolve.config.{ts,mts,js,mjs} unless given')
      .option('--json', 'print JSON')
      .addHelpText('after', `\nExamples:\n${examples.replaceAll(/^/gm, '  $ npx dynamo-evolve ')}`)
      .action(async (...given: unknown[]) => {
        const { config, json = false } = command.opts<GlobalOptions>();
        finish(await run(...(given as never[]))(await loadConfig(process.cwd(), config), standardOutput(json)));
      });
  };

  runs(
    program.command('check').description('compare the classes with schema.lock.json, and try them on the samples'),
    'check\ncheck --json',
    () => runCheck,
  );
  runs(
    program
      .command('lock')
      .description('write the shapes of the newest versions to schema.lock.json')
      .option('--amend', 'lock the newest versions anew: for versions that were never deployed')
      .option('--drop <entity...>', 'leave out entities that no class has any more, as the lock names them'),
    `lock\nlock --amend\nlock --drop chat_drafts`,
    (options: LockOptions) => (config, terminal) => runLock(config, options, terminal),
  );
  runs(
    program.command('history').description("print the changelog of each class's schema as Markdown"),
    'history > SCHEMA.md',
    () => runHistory,
  );
  const tables = program.command('tables').description('create tables, or compare them with the classes');
  runs(
    tables
      .command('create')
      .description('create the tables that are missing, with their indexes')
      .addOption(
        new Option('--write-isolation <policy>', 'how ScyllaDB isolates writes')
          .choices(writeIsolations)
          .default('always_use_lwt'),
      ),
    'tables create',
    ({ writeIsolation }: { readonly writeIsolation: WriteIsolation }) =>
      (config, terminal) =>
        runCreateTables(config, writeIsolation, terminal),
  );
  runs(
    tables.command('verify').description('say where the tables differ from what the classes want'),
    'tables verify',
    () => runVerifyTables,
  );
  runs(
    program
      .command('upgrade')
      .description('show what each step makes of a stored document, in wire JSON or plain JSON')
      .argument('<file>', 'the document')
      .option('-e, --entity <name>', 'its class or table, where its folder or its keys do not tell'),
    'upgrade spec/samples/session/v1-abc-123.json\nupgrade item.json --entity Session',
    (file: string, { entity }: { readonly entity?: string }) =>
      (config, terminal) =>
        runUpgrade(config, file, entity, terminal),
  );

  return program;
}

/** Runs the command line and resolves to the exit code: 0 fine, 1 findings, 2 anything that kept it from its work. */
export async function runCommandLine(args: readonly string[], version: string): Promise<number> {
  let code = 0;
  const isJson = args.includes('--json');
  try {
    const program = commandLine(version, (finished) => (code = finished), isJson);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) tell(error, isJson);
    // help and version are no errors; in words, commander has told the others
    else if (error.exitCode === 0) return 0;
    else if (isJson) printError('INVALID_ARGUMENT', usageProblem(error));
    return 2;
  }
}

function usageProblem({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '');
}

/** Tells what kept the command from its work; with a stack only where that is a fault of ours. */
function tell(error: unknown, isJson: boolean): void {
  const { code, stack = String(error) } = error as NodeJS.ErrnoException;
  const isOurs = isMapperError(error);
  const text = isOurs ? messageWithCause(error) : (error as Error).message;
  if (isJson) return printError(code, text);
  // a file that can't be written has a system call
  process.stderr.write(`${isOurs || 'syscall' in (error as Error) ? text : stack}\n`);
}

function printError(code: string | undefined, message: string): void {
  process.stdout.write(`${JSON.stringify({ error: { code, message } }, undefined, 2)}\n`);
}
