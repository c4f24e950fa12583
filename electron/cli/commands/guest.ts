import { constants, openSync, closeSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { isJobActive } from '@shared/jobs/job.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { fail, withSession, type Session } from '../session.js';
import { onlyWord, UsageError, wholeNumber } from '../usage.js';

/** As timeout(1) has it. */
const TIMED_OUT_CODE = 124;

/** `paddock exec NAME [--timeout S] -- CMD ARG...`: ends with the command's exit code. */
export async function execCommand(args: string[]): Promise<void> {
  const split = args.indexOf('--');
  if (split < 0) throw new UsageError('-- and a command are missing, as in: paddock exec NAME -- uname -a');
  const argv = args.slice(split + 1);
  if (argv.length === 0) throw new UsageError('the command behind -- is missing');
  const { values, positionals } = parseArgs({
    args: args.slice(0, split),
    allowPositionals: true,
    options: { timeout: { type: 'string' } },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  const timeoutS =
    values.timeout === undefined ? null : wholeNumber(values.timeout, '--timeout', 1, 1_000_000);
  await withSession(async (session) => {
    const { client } = session;
    const { id } = session.vm(name);
    const { streamId, errorStreamId } = await client.must('guest.exec', {
      id,
      argv,
      timeoutS,
      outputMax: null,
    });
    const interrupt = (): void => void client.detach(streamId);
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const ended = new Promise<Parameters<Parameters<typeof client.listen>[1]['onEvent']>[0]>((done) => {
      client.listen(errorStreamId, {
        onOutput: (bytes) => process.stderr.write(bytes, () => client.ack(errorStreamId, bytes.length)),
        onEvent: () => {},
      });
      client.listen(streamId, {
        onOutput: (bytes) => process.stdout.write(bytes, () => client.ack(streamId, bytes.length)),
        onEvent: done,
      });
    });
    // A host that goes away says so by the end of the connection.
    const end = await Promise.race([ended, session.until(() => null)]);
    if (end?.event !== 'guest.ended') return;
    if (end.error) fail(end.error);
    if (end.timedOut) process.stderr.write(`paddock: it took longer than ${timeoutS} s and was ended.\n`);
    process.exitCode = end.timedOut ? TIMED_OUT_CODE : (end.exitCode ?? 1);
  });
}

/** A side of a copy: in a machine, or here. */
type Side = { machine: string | null; path: string };

/** `paddock copy NAME:/path /local`, or the other way. */
export async function copyCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false } },
  });
  const [from, to, ...more] = positionals.map(sideOf);
  if (!from || !to || more.length > 0)
    throw new UsageError('a copy goes from one file to another: paddock copy NAME:/path /local');
  if ((from.machine === null) === (to.machine === null))
    throw new UsageError('one side must be in a machine (NAME:/path) and the other one here');
  await withSession(async (session) => {
    const { id } = session.vm(from.machine ?? to.machine ?? '');
    const replace = values.force;
    const { bytes, tookMs } =
      from.machine !== null
        ? await session.client.must('guest.read', {
            id,
            guestPath: from.path,
            hostPath: isFolder(to.path) ? join(to.path, basename(from.path)) : to.path,
            replace,
          })
        : await session.client.must('guest.write', {
            id,
            hostPath: from.path,
            guestPath: to.path.endsWith('/') ? join(to.path, basename(from.path)) : to.path,
            replace,
          });
    const speed = formatBytes(Math.round((bytes / Math.max(1, tookMs)) * 1000));
    process.stdout.write(
      `${formatBytes(bytes)} in ${(tookMs / 1000).toFixed(2)} s (${speed}/s), the same on both sides\n`,
    );
  });
}

function sideOf(word: string): Side {
  const [, machine, path] = /^([a-z0-9][a-z0-9-]{0,39}):(\/.*)$/s.exec(word) ?? [];
  return machine === undefined || path === undefined
    ? { machine: null, path: resolve(word) }
    : { machine, path };
}

function isFolder(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_DIRECTORY));
    return true;
  } catch {
    return false;
  }
}

/** `paddock tools install NAME` */
export async function toolsCommand([verb, ...args]: string[]): Promise<void> {
  if (verb !== 'install') throw new UsageError(`there is no tools command ${verb ?? ''}`);
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const name = onlyWord(positionals, 'the machine’s name');
  await withSession(async (session) => {
    await installTools(session, session.vm(name).id);
    process.stdout.write(`${name} has the guest tools from its next start on\n`);
  });
}

/** Adds the guest tools to a stopped machine and waits until that is done. */
export async function installTools(session: Session, id: VmView['id']): Promise<void> {
  const { jobId } = await session.client.must('guest.installTools', { id });
  const interrupt = (): void => void session.client.call('jobs.cancel', { id: jobId });
  process.once('SIGINT', interrupt);
  const job = await session.until(({ jobs }) => {
    const now = jobs[jobId];
    return now && !isJobActive(now.state) ? now : null;
  });
  process.off('SIGINT', interrupt);
  if (job.error) fail(job.error);
  if (job.state === 'cancelled') fail({ code: 'cancelled', params: {}, detail: null });
}
