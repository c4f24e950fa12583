import { Failure, describeError } from '@shared/errors/paddock-error.js';
import { consoleCommand } from './commands/console.js';
import { doctorCommand, hostCommand } from './commands/host.js';
import { imageCommand, kernelCommand, layerCommand } from './commands/storage.js';
import { vmCommand } from './commands/vm.js';
import { UsageError } from './usage.js';

const HELP = `paddock: User Mode Linux machines from the command line

  paddock vm create NAME --image tiny|NAME|/PATH [--memory MB] [--kernel /PATH] [--consoles N] [--start]
  paddock vm list [--json]
  paddock vm start NAME            returns when its kernel runs
  paddock vm stop NAME             asks the guest to shut down; returns when it is off
  paddock vm kill NAME             forces it off
  paddock vm delete NAME
  paddock vm command-line NAME     the exact command that starts it
  paddock console NAME [con0]      Ctrl+] leaves it
  paddock console NAME con0 [--send TEXT] [--expect REGEX] ... [--timeout S]
                                   in the order given; TEXT knows \\n (Enter), \\t, \\\\, \\xHH;
                                   prints what was read
  paddock layer merge NAME --to IMAGE
  paddock image list [--json]
  paddock kernel list [--json]
  paddock doctor [--json]          is this computer ready for User Mode Linux?
  paddock host status|quit

Machines run on when a command ends. Exit codes: 0 done, 1 refused or failed, 2 called wrongly.
`;

const commands: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  vm: vmCommand,
  console: consoleCommand,
  layer: layerCommand,
  image: imageCommand,
  kernel: kernelCommand,
  doctor: doctorCommand,
  host: hostCommand,
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    process.stdout.write(`${PADDOCK_VERSION}\n`);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(`there is no command ${name}`);
    await command(args);
    // A command that found something wrong without failing, as `doctor` does, has said so here.
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof Failure) {
      const { sentence, fix } = describeError(error.error);
      const detail = error.error.detail;
      const lines = detail
        ? [`  ${detail.command.join(' ')}`, ...detail.lastLines.map((line) => `  ${line}`)]
        : [];
      process.stderr.write([`paddock: ${sentence}`, ...lines, ...(fix ? [fix] : [])].join('\n') + '\n');
      return 1;
    }
    // parseArgs of Node throws plain TypeErrors with codes of this beginning.
    const wrongly =
      error instanceof UsageError || String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(
      `paddock: ${(error as Error).message}\n${wrongly ? '“paddock help” shows how.\n' : ''}`,
    );
    return wrongly ? 2 : 1;
  }
}

process.stdout.on('error', () => process.exit(0)); // a closed pipe, as with `| head`
process.exitCode = await main(process.argv.slice(2));
