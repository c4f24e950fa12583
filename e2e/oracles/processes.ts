import { execFileSync } from 'node:child_process';

/** What ps says: processes whose command line has a text in it, zombies left out. The truth outside the window. */
export function processesNaming(text: string): number[] {
  return execFileSync('ps', ['-eww', '-o', 'pid=,stat=,args='], {
    encoding: 'utf8',
    // Many machines, each with many processes and a long command line.
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\n')
    .filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number(line.trim().split(/\s+/)[0]))
    .filter((pid) => pid !== process.pid);
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
