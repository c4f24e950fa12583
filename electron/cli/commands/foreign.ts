import { parseArgs } from 'node:util';
import { failure } from '@shared/errors/paddock-error.js';
import type { Foreign, ForeignAction } from '@shared/vms/foreign.js';
import { withSession, type Session } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';

const verbs: Readonly<Record<string, { action: ForeignAction; done: string }>> = {
  pause: { action: 'pause', done: 'is paused' },
  resume: { action: 'resume', done: 'goes on' },
  halt: { action: 'halt', done: 'is off' },
  kill: { action: 'force', done: 'is off' },
  adopt: { action: 'adopt', done: 'is adopted' },
};

/** `paddock foreign ...`: UML machines of this user that were started outside Paddock. */
export async function foreignCommand([verb = '', ...args]: string[]): Promise<void> {
  if (verb === 'list') return list(args);
  const known = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!known) throw new UsageError(`there is no foreign command ${verb}`);
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const word = onlyWord(positionals, 'the machine’s umid or id');
  await withSession(async (session) => {
    await session.client.must('foreign.look', {});
    const { id, umid } = find(session, word);
    const { vmId } = await session.client.must('foreign.act', { id, action: known.action });
    if (known.action === 'halt' || known.action === 'force')
      await session.until(({ foreign }) => (foreign[id] ? null : true));
    const name = vmId === null ? null : session.state.vms[vmId]?.name;
    process.stdout.write(`${umid} ${known.done}${name ? ` as ${name}` : ''}\n`);
  });
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    await session.client.must('foreign.look', {});
    const all = Object.values(session.state.foreign).sort((a, b) => a.id.localeCompare(b.id));
    if (values.json) return printJson(all);
    if (all.length === 0)
      return void process.stdout.write('No User Mode Linux machines run outside Paddock.\n');
    printTable(
      ['UMID', 'STATE', 'PID', 'STARTED', 'KERNEL', 'ID'],
      all.map((one) => [
        one.umid,
        one.state,
        String(one.pid),
        one.startedAt,
        one.kernelVersion || '-',
        one.id,
      ]),
    );
  });
}

/** One by its id, or by its umid when that is enough to tell it. */
function find(session: Session, word: string): Foreign {
  const all = Object.values(session.state.foreign).filter(({ id, umid }) => id === word || umid === word);
  const [one, ...more] = all;
  if (!one) throw failure('foreign-unknown', { id: word });
  if (more.length > 0)
    throw new UsageError(`there are several ${word}; say which: ${all.map(({ id }) => id).join(' ')}`);
  return one;
}
