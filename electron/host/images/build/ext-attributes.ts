import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { parseDebugfsList } from '@shared/images/debugfs-output.js';
import { runProgram, type RunOptions } from '../../platform/run-program.js';
import type { AttributedPath } from '../trees/tree.js';

const COMMANDS = 'attributes.debugfs';

/**
 * Gives files of a new ext4 their extended attributes, by debugfs: an ordinary user can't set capabilities on a file of
 * this computer that mke2fs would then copy. Names never stand in a command of debugfs, whose quoting has holes: files
 * are named by inode numbers, values are in files. `disk`: in the work folder, in which all of it is done.
 */
export async function setExtAttributes(
  disk: string,
  paths: readonly AttributedPath[],
  workDir: string,
  options: Pick<RunOptions, 'timeoutMs' | 'signal'>,
): Promise<void> {
  if (paths.length === 0) return;
  const inodes = new InodeFinder(disk, workDir, options);
  const commands: string[] = [];
  const values: string[] = [];
  try {
    for (const { path, attributes } of paths) {
      const inode = await inodes.of(path);
      for (const [name, value] of attributes) {
        const file = `attribute-${values.length}`;
        values.push(file);
        await writeFile(join(workDir, file), value, { mode: 0o600 });
        commands.push(`ea_set -f ${file} <${inode}> ${name}`);
      }
    }
    await writeFile(join(workDir, COMMANDS), `${commands.join('\n')}\n`, { mode: 0o600 });
    // It repeats each command, and ends well whatever became of them.
    const said: string[] = [];
    await runProgram(['debugfs', '-w', '-f', COMMANDS, disk], {
      ...options,
      cwd: workDir,
      onLine: (line) => {
        if (line !== '' && !line.startsWith('debugfs') && said.length < 10) said.push(line);
      },
    });
    if (said.length > 0)
      throw failure(
        'tool-failed',
        { tool: 'debugfs', exitCode: 0 },
        { command: ['debugfs', '-w', '-f', COMMANDS, disk], lastLines: said },
      );
  } finally {
    for (const file of [COMMANDS, ...values]) await rm(join(workDir, file), { force: true });
  }
}

/** Finds inodes by path; each folder is read once. */
class InodeFinder {
  private readonly folders = new Map<number, Promise<ReadonlyMap<string, number>>>();

  constructor(
    private readonly disk: string,
    private readonly workDir: string,
    private readonly options: Pick<RunOptions, 'timeoutMs' | 'signal'>,
  ) {}

  async of(path: string): Promise<number> {
    let inode = 2;
    for (const name of path.split('/')) {
      const next = (await this.folder(inode)).get(name);
      if (next === undefined) throw new Error(`${path} is not in the new file system`);
      inode = next;
    }
    return inode;
  }

  private folder(inode: number): Promise<ReadonlyMap<string, number>> {
    const known = this.folders.get(inode) ?? this.read(inode);
    this.folders.set(inode, known);
    return known;
  }

  private async read(inode: number): Promise<ReadonlyMap<string, number>> {
    const pieces: Buffer[] = [];
    await runProgram(['debugfs', '-R', `ls -p <${inode}>`, this.disk], {
      ...this.options,
      cwd: this.workDir,
      onOutput: (bytes) => void pieces.push(bytes),
    });
    const entries = parseDebugfsList(Buffer.concat(pieces).toString('utf8'));
    return new Map(entries.map((entry) => [entry.name, entry.inode]));
  }
}
