import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What ps says: processes whose command line has a text in it, and helpers of networks whose mark has it, which may be a
 * bare `sleep`; zombies left out. The truth outside the window.
 */
export function processesNaming(text: string): number[] {
  return execFileSync('ps', ['-eww', '-o', 'pid=,stat=,args='], {
    encoding: 'utf8',
    // Many machines, each with many processes and a long command line.
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\n')
    .filter((line) => !/^\s*\d+\s+Z/.test(line))
    .map((line) => ({ line, pid: Number(line.trim().split(/\s+/)[0]) }))
    .filter(({ line, pid }) => line.includes(text) || markOf(pid)?.includes(text))
    .map(({ pid }) => pid)
    .filter((pid) => pid !== process.pid);
}

/** What the app's networks put into the environment of all that they start. */
function markOf(pid: number): string | undefined {
  try {
    return /(?:^|\0)PADDOCK_NETWORK=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** The kernel processes of the machines whose runtime is under a folder. */
export function machinesUnder(folder: string): number[] {
  return processesNaming(`uml_dir=${folder}`);
}

/** The hosts of the app in a folder: their command line doesn't name it, their log file does. */
export function hostsOf(home: string): number[] {
  return processesNaming('out/main/host.js').filter((pid) => {
    try {
      return execFileSync('readlink', [`/proc/${pid}/fd/1`], { encoding: 'utf8' }).startsWith(home);
    } catch {
      return false;
    }
  });
}

/** The kernel processes of one machine, by the name it was started with. */
export function processesOfMachine(umlDir: string, umid: string): number[] {
  const named = new Set(processesNaming(`umid=${umid} `));
  return machinesUnder(umlDir).filter((pid) => named.has(pid));
}
