import { execFileSync } from 'node:child_process';

/** What ps says: processes whose command line has a text in it, zombies left out. The truth outside the window. */
export function processesNaming(text: string): number[] {
  return execFileSync('ps', ['-eww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number(line.trim().split(/\s+/)[0]))
    .filter((pid) => pid !== process.pid);
}

/** The kernel processes of the machines whose runtime is under a folder. */
export function machinesUnder(folder: string): number[] {
  return processesNaming(`uml_dir=${folder}`);
}
