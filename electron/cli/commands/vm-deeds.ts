import { parseArgs } from 'node:util';
import { visibleControls } from '@shared/consoles/visible-controls.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { describeError, Failure, failure } from '@shared/errors/paddock-error.js';
import { deedProgress, type Deed } from '@shared/vms/bulk.js';
import { readinessText } from '@shared/vms/readiness.js';
import { isLive, type VmState } from '@shared/vms/vm-state.js';
import { SHUTDOWN_MAX_S, type VmView } from '@shared/vms/vm-view.js';
import { fail, withSession, type Session } from '../session.js';
import { checkTargetWords, filteredVms, targetOptions, type TargetWords } from '../targets.js';
import { UsageError, wholeNumber } from '../usage.js';

/** A deed of the command line: what it is to the host, and its words. */
interface Verb {
  deed: Deed;
  /** `timeout`: seconds that it may take, where that can be said. */
  ask: (session: Session, vm: VmView, timeout?: number) => Promise<unknown>;
  /** After the name, when it is done. */
  done: (now: VmView | undefined) => string;
  /** Of machines that a filter found: these need nothing. */
  isDone: (state: VmState) => boolean;
}

const stopped = (now: VmView | undefined): string =>
  `stopped: ${now?.lastEnd ? stopReasonText(now.lastEnd.reason).short : 'gone'}`;
const isOff = (state: VmState): boolean => !isLive(state);

const verbs = {
  start: {
    deed: 'start',
    ask: ({ client }, { id }) => client.must('vms.start', { id }),
    done: () => 'runs',
    isDone: isLive,
  },
  stop: {
    deed: 'shutdown',
    ask: ({ client }, { id }, seconds) => client.must('vms.stop', { id, how: 'shutdown', seconds }),
    done: stopped,
    isDone: isOff,
  },
  kill: {
    deed: 'force',
    ask: ({ client }, { id }) => client.must('vms.stop', { id, how: 'force' }),
    done: stopped,
    isDone: isOff,
  },
  restart: {
    deed: 'restart',
    ask: ({ client }, { id }) => client.must('vms.restart', { id }),
    done: () => 'runs again',
    isDone: () => false,
  },
  pause: {
    deed: 'pause',
    ask: ({ client }, { id }) => client.must('vms.pause', { id }),
    done: () => 'is paused',
    isDone: (state) => state === 'paused' || isOff(state),
  },
  resume: {
    deed: 'resume',
    ask: ({ client }, { id }) => client.must('vms.resume', { id }),
    done: () => 'goes on',
    isDone: (state) => state !== 'paused',
  },
  delete: {
    deed: 'delete',
    ask: ({ client }, { id }) => client.must('vms.delete', { id }),
    done: () => 'is deleted',
    isDone: () => false,
  },
} as const satisfies Record<string, Verb>;

/** A verb of `paddock vm` that takes several machines. */
export type DeedVerb = keyof typeof verbs;

/** Whether a word is one. */
export function isDeedVerb(word: string): word is DeedVerb {
  return Object.hasOwn(verbs, word);
}

/** `paddock vm start|stop|kill|restart|pause|resume|delete NAME ... | --group G | --tag T | --all` */
export async function deedCommand(word: DeedVerb, args: string[]): Promise<void> {
  const options = {
    ...targetOptions,
    timeout: { type: 'string' },
    yes: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (values.timeout !== undefined && word !== 'stop') throw new UsageError('--timeout is for vm stop');
  if (values.yes && word !== 'delete') throw new UsageError('--yes is for vm delete');
  const timeout =
    values.timeout === undefined ? undefined : wholeNumber(values.timeout, '--timeout', 1, SHUTDOWN_MAX_S);
  const words: TargetWords = {
    ...values,
    group: values.group,
    tag: values.tag,
    names: [...new Set(positionals)],
  };
  checkTargetWords(words);
  const verb: Verb = verbs[word];
  await withSession(async (session) => {
    const [name, ...more] = words.names;
    // One alone fails like any other command: with a sentence and a fix.
    if (name !== undefined && more.length === 0)
      return say(name, await carryOut(session, verb, session.vm(name), timeout));
    const all = name === undefined ? filteredVms(session, words) : words.names;
    if (word === 'delete' && !values.yes) throw new Error(deleteQuestion(all));
    const failures = await Promise.all(all.map((target) => attempt(session, verb, target, timeout)));
    if (failures.includes(true)) process.exitCode = 1;
  });
}

/** Why several are not deleted at once by a word that is quickly typed. */
function deleteQuestion(all: readonly (string | VmView)[]): string {
  const names = all.map((one) => (typeof one === 'string' ? one : one.name));
  const what = names.length === 1 ? `${names.join()} with its` : `${names.length} machines with their`;
  const which = names.length === 1 ? '' : ` They are ${visibleControls(names.join(', '))}.`;
  return `This would delete ${what} disks and logs for good, and was not done.${which} Snapshots stay in the library. With --yes it is done.`;
}

/** Does it to one of several and says how it went; true when it failed. */
async function attempt(
  session: Session,
  verb: Verb,
  target: string | VmView,
  timeout?: number,
): Promise<boolean> {
  const name = typeof target === 'string' ? target : target.name;
  try {
    if (typeof target !== 'string' && verb.isDone(target.state))
      say(name, `needs nothing: it is ${target.state}`);
    else {
      const vm = typeof target === 'string' ? session.vm(name) : target;
      say(name, await carryOut(session, verb, vm, timeout));
    }
    return false;
  } catch (error) {
    const { message } = error as Error;
    const text = error instanceof Failure ? `${message} ${describeError(error.error).fix}`.trim() : message;
    process.stderr.write(`${name} failed: ${visibleControls(text).replaceAll('\n', ' ')}\n`);
    return true;
  }
}

/** Asks for it and waits until it is done. Resolves to the words for it; throws Failure. */
async function carryOut(session: Session, verb: Verb, vm: VmView, timeout?: number): Promise<string> {
  await verb.ask(session, vm, timeout);
  return untilDone(session, verb.deed, vm, verb.done);
}

/** Waits until a machine that was asked for something has done it; `before` is how it was then. */
export async function untilDone(
  session: Session,
  deed: Deed,
  before: VmView,
  done: Verb['done'],
): Promise<string> {
  let said: string | null = null;
  return session.until((state) => {
    const now = state.vms[before.id];
    const progress = deedProgress(deed, before, now);
    if (progress.state === 'done') return done(now);
    if (progress.state === 'failed') {
      if (now?.problem) fail(now.problem);
      if (deed === 'start' || deed === 'restart')
        throw failure('start-failed', { name: before.name, why: progress.text.replace(/\.$/, '') });
      throw new Error(`${before.name}: ${progress.text}`);
    }
    const waiting = now?.waiting ?? null;
    const text = waiting === null ? null : `waits until ${waiting.name} ${readinessText(waiting.ready)}`;
    if (text !== null && text !== said) process.stderr.write(`${before.name} ${visibleControls(text)}\n`);
    said = text;
    return null;
  });
}

function say(name: string, words: string): void {
  process.stdout.write(`${name} ${visibleControls(words)}\n`);
}
