import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { runFacts } from '@shared/vms/run-facts.js';
import type { RunSummary } from '@shared/vms/run.js';

/** The page on top of an exported run: what it is, how it ended, what is in it, and what to look at before giving it away. */
export function runReadme(name: string, run: RunSummary): string {
  const end = run.end ? stopReasonText(run.end.reason) : null;
  const facts = runFacts(run).map(({ what, text }) => `  ${`${what}:`.padEnd(20)}${text}`);
  return `Run ${run.number} of the User Mode Linux machine ${name}, exported by Paddock.

${end === null ? 'It was still going on when this was written.' : `${end.sentence}${end.fix === '' ? '' : `\n${end.fix}`}`}

${facts.join('\n')}

BEFORE YOU GIVE THIS AWAY: the console logs hold everything that was on the screen of the machine. That can be
passwords, keys, addresses and names. Look through them. The other files name paths and the user of this computer.

README.txt        this page
run.json          when it began and ended, its exit code, its exact arguments
events.jsonl      what happened, one JSON object a line: states, messages of the guest, panics, reboots
conN.log          every byte of each console, escape sequences included (less -R shows them)
rescue.log        the same of the spare console, if it was used
vm.json           the machine's settings, as they are now
command-line.txt  the command that started it, for a shell
computer.txt      kernel, distribution, CPUs and memory of this computer, and Paddock's checks of it
host-log.jsonl    what Paddock itself noted of this machine in that time
`;
}
