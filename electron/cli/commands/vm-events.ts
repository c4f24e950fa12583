import { parseArgs } from 'node:util';
import { failure } from '@shared/errors/paddock-error.js';
import { runEventText } from '@shared/vms/run-event-text.js';
import type { RunEvent } from '@shared/vms/run.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { withSession, type Session } from '../session.js';
import { oneLine } from '../table.js';
import { onlyWord, UsageError, wholeNumber } from '../usage.js';

/** `paddock vm events NAME [--run N] [--follow]` */
export async function eventsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { run: { type: 'string' }, follow: { type: 'boolean', default: false } },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  const run = values.run === undefined ? null : wholeNumber(values.run, '--run', 1, 999_999_999);
  if (run !== null && values.follow)
    throw new UsageError('--follow is of the newest run, so it takes no --run');
  await withSession(async (session) => {
    const vm = session.vm(name);
    const number = run ?? vm.runNumber;
    if (values.follow) return follow(session, vm);
    if (number === 0) return void process.stdout.write(`${name} was never started.\n`);
    const { events } = await session.client.must('runs.events', { id: vm.id, run: number });
    events.forEach(printEvent);
  });
}

/** A line for an event: when, and what. */
export function printEvent(event: RunEvent): void {
  process.stdout.write(`${event.at}  ${oneLine(runEventText(event))}\n`);
}

/** Prints what there is and then what comes, over all further runs, until the machine is deleted. */
async function follow(session: Session, { id, name, runNumber }: VmView): Promise<void> {
  let run = runNumber;
  let printed = 0;
  const catchUp = async (): Promise<void> => {
    if (run === 0) return;
    const { events } = await session.client.must('runs.events', { id, run });
    events.slice(printed).forEach(printEvent);
    printed = events.length;
  };
  for (;;) {
    const count = session.state.vms[id]?.eventCount;
    await catchUp();
    const next = await session.until(({ vms }) => {
      const now = vms[id];
      if (!now) throw failure('vm-unknown', { name });
      return now.runNumber !== run || now.eventCount !== count ? now : null;
    });
    if (next.runNumber === run) continue;
    // The end of the run before.
    await catchUp();
    run = next.runNumber;
    printed = 0;
  }
}
