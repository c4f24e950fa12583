import { accessSync, closeSync, constants, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import type { ConsoleSpec } from '@shared/consoles/channel.js';
import { channelWords } from '@shared/consoles/channel-words.js';
import type { LineName } from '@shared/consoles/console-name.js';
import { missingOption } from '@shared/consoles/kernel-support.js';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';

/** Where UML looks for programs: the PATH that machines are started with. */
const PROGRAM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** It connects a terminal that some program has to UML (arch/um/drivers/{port,xterm}.c). */
const PORT_HELPER = '/usr/lib/uml/port-helper';

/** What a line must not touch: Paddock's own folders, and the disks of its machines. */
export interface OwnFiles {
  folders: readonly string[];
  disks: readonly string[];
}

/**
 * Whether the lines of a machine can lead where they are to lead: the kernel has the channel, the device, the programs
 * and the port are there. Throws Failure with the line's name and what to do.
 */
export async function checkChannels(
  consoles: readonly ConsoleSpec[],
  kernel: Kernel,
  own: OwnFiles,
): Promise<void> {
  const taken = new Map<string, LineName>();
  for (const { line, channel } of consoles) {
    const option = missingOption(kernel.lineOptions, line, channel.kind);
    if (option !== null) {
      const { title } = channelWords[channel.kind];
      throw failure('channel-kernel', { line, channel: title.toLowerCase(), option, path: kernel.path });
    }
    switch (channel.kind) {
      case 'tab':
      case 'null':
      case 'pts':
        break;
      case 'tty': {
        checkTerminal(line, channel.device);
        const other = taken.get(channel.device);
        if (other !== undefined)
          throw badPath(
            line,
            channel.device,
            `${other} leads there, too`,
            'Give each line a terminal of its own.',
          );
        taken.set(channel.device, line);
        break;
      }
      case 'fd':
        if (channel.input !== null) checkInput(line, channel.input);
        if (channel.output !== null) checkOutput(line, channel.output, own);
        break;
      case 'port':
        await checkPort(line, channel.port);
        break;
      case 'xterm':
        checkWindows(line, kernel.terminal);
        break;
    }
  }
}

function checkTerminal(line: LineName, device: string): void {
  const file = statOrRefuse(line, device, 'Connect it, or choose another terminal.');
  if (!file.isCharacterDevice())
    throw badPath(line, device, 'it is not a terminal', 'Choose a device such as /dev/tty8.');
  const fd = openOrRefuse(line, device, constants.O_RDWR);
  const isTerminal = isatty(fd);
  closeSync(fd);
  if (!isTerminal) throw badPath(line, device, 'it is not a terminal', 'Choose a device such as /dev/tty8.');
}

/** What a guest reads from. UML waits for input with epoll, which takes no regular file (seen: it is never read). */
function checkInput(line: LineName, path: string): void {
  const file = statOrRefuse(line, path, `Make it first, for instance as a named pipe: mkfifo ${path}`);
  if (file.isDirectory()) throw badPath(line, path, 'it is a folder', 'Choose a named pipe or a device.');
  if (file.isFile() || file.isBlockDevice())
    throw badPath(
      line,
      path,
      'UML never reads from a regular file or a disk',
      `Make a named pipe (mkfifo) and write the file into that.`,
    );
  if (file.isSocket()) throw badPath(line, path, 'it is a socket', 'Choose a named pipe or a device.');
  mayOrRefuse(line, path, file.isFIFO() ? constants.R_OK | constants.W_OK : constants.R_OK);
}

function checkOutput(line: LineName, path: string, own: OwnFiles): void {
  const file = statSync(path, { throwIfNoEntry: false });
  const folder = dirname(path);
  if (file === undefined) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw badPath(line, path, `there is no folder ${folder}`, 'Make the folder first.');
    mayOrRefuse(line, folder, constants.W_OK | constants.X_OK);
  } else {
    if (file.isDirectory()) throw badPath(line, path, 'it is a folder', 'Name a file in it.');
    if (file.isBlockDevice() || file.isSocket())
      throw badPath(
        line,
        path,
        file.isSocket() ? 'it is a socket' : 'it is a disk',
        'Choose a file or a named pipe.',
      );
    mayOrRefuse(line, path, file.isFIFO() ? constants.R_OK | constants.W_OK : constants.W_OK);
  }
  const real =
    file === undefined ? join(realpathSync(folder), path.slice(folder.length + 1)) : realpathSync(path);
  const isOwn =
    own.folders.some((each) => real.startsWith(`${realOr(each)}/`)) ||
    own.disks.some((disk) => isSameFile(disk, file));
  if (isOwn)
    throw badPath(line, path, 'it belongs to Paddock or to one of its machines', 'Choose a file elsewhere.');
}

async function checkPort(line: LineName, port: number): Promise<void> {
  needProgram('in.telnetd', 'telnetd-ssl');
  needPortHelper();
  if (process.getuid?.() !== 0 && port < firstOpenPort())
    throw failure('channel-port', { line, port, why: `only root may use ports below ${firstOpenPort()}` });
  if (!(await isFree(port))) throw failure('channel-port', { line, port, why: 'another program has it' });
}

function checkWindows(line: LineName, terminal: string): void {
  if (!process.env['DISPLAY']) throw failure('channel-display', { line });
  needProgram(terminal, 'xterm');
  needPortHelper();
}

/** Ports below it are root's: 1024, unless somebody said otherwise (ip-sysctl). */
function firstOpenPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}

/** Whether UML can listen there: tried in the same way, at every address (port_user.c). */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function needProgram(program: string, deb: string): void {
  const candidates = program.startsWith('/')
    ? [program]
    : PROGRAM_FOLDERS.map((folder) => join(folder, program));
  if (!candidates.some((path) => may(path, constants.X_OK)))
    throw failure('tool-missing', { tool: program, package: deb });
}

function needPortHelper(): void {
  if (!may(PORT_HELPER, constants.X_OK))
    throw failure('tool-missing', { tool: PORT_HELPER, package: 'uml-utilities' });
}

function badPath(line: LineName, path: string, why: string, fix: string): Failure {
  return failure('channel-path', { line, path, why, fix });
}

function statOrRefuse(line: LineName, path: string, fix: string) {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw badPath(line, path, 'it is not there', fix);
  return file;
}

function openOrRefuse(line: LineName, path: string, flags: number): number {
  try {
    return openSync(path, flags | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (error) {
    throw notAllowed(line, path, (error as NodeJS.ErrnoException).code);
  }
}

function mayOrRefuse(line: LineName, path: string, mode: number): void {
  if (!may(path, mode)) throw notAllowed(line, path, 'EACCES');
}

function notAllowed(line: LineName, path: string, code: string | undefined): Failure {
  return code === 'EACCES' || code === 'EPERM'
    ? badPath(line, path, 'you may not open it', `Ask its owner to let you; ls -l ${path} says who that is.`)
    : badPath(line, path, `it can’t be opened (${code ?? 'unknown'})`, 'Choose another one.');
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Also under another name: a disk must not be written through a hard link either. */
function isSameFile(disk: string, file: { dev: number; ino: number } | undefined): boolean {
  const other = statSync(disk, { throwIfNoEntry: false });
  return file !== undefined && other?.dev === file.dev && other.ino === file.ino;
}
