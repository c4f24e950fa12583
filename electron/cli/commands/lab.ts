import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { failure } from '@shared/errors/paddock-error.js';
import type { LabView } from '@shared/labs/lab.js';
import { labAsks } from '@shared/labs/lab-asks.js';
import { readLab } from '@shared/labs/read-lab.js';
import { isLive } from '@shared/vms/vm-state.js';
import { withSession, type Session } from '../session.js';
import { printFacts, printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';
import { waitForJob } from '../wait-job.js';

const json = { json: { type: 'boolean', default: false } } as const;

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  list,
  show,
  up,
  down,
  stop,
  export: exported,
  import: imported,
};

/** `paddock lab ...` */
export async function labCommand([verb, ...args]: string[]): Promise<void> {
  const run = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError(`there is no lab command ${verb ?? ''}`);
  await run(args);
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async ({ state, client }) => {
    const labs = Object.values(state.labs).sort((a, b) => a.name.localeCompare(b.name));
    const { labs: shipped } = await client.must('labs.shipped', {});
    if (values.json) return printJson({ labs, shipped: shipped.map(({ name }) => name) });
    const names = new Set(labs.map(({ name }) => name));
    printTable(
      ['NAME', 'STATE', 'MACHINES', 'NETWORKS'],
      [
        ...labs.map((lab) => [lab.name, stateOf(lab, state.vms), lab.machines.length, lab.networks.length]),
        ...shipped
          .filter(({ name }) => !names.has(name))
          .map(({ name, text }) => {
            const read = readLab(text);
            const counts = read.ok
              ? [Object.keys(read.lab.machines).length, Object.keys(read.lab.networks).length]
              : [0, 0];
            return [name, 'comes with Paddock', ...counts];
          }),
      ].map((row) => row.map(String)),
    );
  });
}

async function show(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  await withSession(async ({ state }) => {
    const lab = labOf(state.labs, onlyWord(positionals, 'the lab’s name'));
    if (values.json) return printJson(lab);
    const facts: [string, string][] = [
      ['Name', lab.name],
      ['State', stateOf(lab, state.vms)],
      ...lab.machines.map(({ name, vmId, setup, said }): [string, string] => [
        `Machine ${name}`,
        [
          vmId === null ? 'not made' : state.vms[vmId]?.state,
          setup === 'none' ? '' : `set up: ${setup}`,
          said,
        ]
          .filter(Boolean)
          .join(', '),
      ]),
      ...lab.networks.map(({ name, networkId }): [string, string] => [
        `Network ${name}`,
        networkId === null ? 'not made' : (state.networks[networkId]?.state ?? ''),
      ]),
      ...(lab.note === '' ? [] : [['Note', lab.note] as [string, string]]),
    ];
    printFacts(facts.map(([what, text]) => ({ what, text })));
  });
}

async function up(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { trust: { type: 'boolean', default: false } },
  });
  const word = onlyWord(positionals, 'the lab’s file, or its name');
  await withSession(async (session) => {
    const { client } = session;
    const known = Object.values(session.state.labs).find(({ name }) => name === word);
    if (known)
      return finish(session, (await client.must('labs.start', { id: known.id })).jobId, `${word} is up`);
    const { labs: shipped } = await client.must('labs.shipped', {});
    const text =
      shipped.find(({ name }) => name === word)?.text ??
      (await client.must('labs.read', { path: resolve(word) })).text;
    const read = readLab(text);
    const asks = read.ok ? labAsks(read.lab) : [];
    if (asks.length > 0 && !values.trust)
      throw new UsageError(`${asks.join('\n')}\nSay --trust if you want that`);
    await finish(
      session,
      (await client.must('labs.up', { text })).jobId,
      `${read.ok ? read.lab.name : word} is up`,
    );
  });
}

/** Ends and removes it; what its machines wrote is gone. */
async function down(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const lab = await made(session, onlyWord(positionals, 'the lab’s name, or its file'));
    const { jobId } = await session.client.must('labs.delete', { id: lab.id });
    await finish(session, jobId, `${lab.name} is gone`);
  });
}

/** Shuts its machines down; they stay. */
async function stop(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const lab = await made(session, onlyWord(positionals, 'the lab’s name, or its file'));
    const { jobId } = await session.client.must('labs.stop', { id: lab.id });
    await finish(session, jobId, `${lab.name} is off`);
  });
}

async function exported(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [word, path] = positionals;
  if (word === undefined || positionals.length > 2) throw new UsageError('say which lab, and to which file');
  await withSession(async ({ client, state }) => {
    const known = Object.values(state.labs).find(({ name }) => name === word);
    const { labs: shipped } = await client.must('labs.shipped', {});
    const text = known
      ? (await client.must('labs.text', { id: known.id })).text
      : shipped.find(({ name }) => name === word)?.text;
    if (text === undefined) throw failure('lab-unknown', { name: word });
    await put(text, path);
  });
}

/** A lab of Netkit or Kathara as a file of Paddock's. */
async function imported(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [folder, path] = positionals;
  if (folder === undefined || positionals.length > 2)
    throw new UsageError('say the folder of the lab, and the new file');
  await withSession(async ({ client }) => {
    const { text, remarks } = await client.must('labs.read', { path: resolve(folder) });
    for (const remark of remarks) process.stderr.write(`${remark}\n`);
    await put(text, path);
  });
}

async function put(text: string, path: string | undefined): Promise<void> {
  if (path === undefined) return void process.stdout.write(text);
  // Nothing is overwritten.
  await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST'
      ? failure('export-exists', { path })
      : failure('export-failed', { path, why: error.message });
  });
  process.stdout.write(`${path} is written\n`);
}

/** A lab that was made, by its name or its file. */
async function made({ client, state }: Session, word: string): Promise<LabView> {
  const known = Object.values(state.labs).find(({ name, id }) => name === word || id === word);
  if (known) return known;
  const file = await client.call('labs.read', { path: resolve(word) });
  const read = file.ok ? readLab(file.value.text) : null;
  return labOf(state.labs, read?.ok ? read.lab.name : word);
}

function labOf(labs: Readonly<Record<string, LabView>>, word: string): LabView {
  const found = Object.values(labs).find(({ name, id }) => name === word || id === word);
  if (!found) throw failure('lab-unknown', { name: word });
  return found;
}

function stateOf({ machines }: LabView, vms: Session['state']['vms']): string {
  const live = machines.filter(({ vmId }) => vmId !== null && isLive(vms[vmId]?.state ?? 'stopped')).length;
  return live === 0 ? 'off' : live === machines.length ? 'on' : `${live} of ${machines.length} on`;
}

async function finish(session: Session, jobId: string, said: string): Promise<void> {
  await waitForJob(session, jobId);
  process.stdout.write(`${said}\n`);
}
