import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, formatDuration } from '@shared/amounts.js';
import { failure } from '@shared/errors/paddock-error.js';
import { CAPTURE_BYTES, captureEndWords, type Capture } from '@shared/networks/capture.js';
import { linkEndOf } from '../link-words.js';
import { withSession, type Session } from '../session.js';
import { printFacts, printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber, wordsFor } from '../usage.js';

const json = { json: { type: 'boolean', default: false } } as const;

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  start,
  stop,
  list,
  show,
  save,
  open,
  delete: remove,
};

/** `paddock network capture ...` */
export async function captureCommand([verb, ...args]: string[]): Promise<void> {
  const run = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError(`there is no capture command ${verb ?? ''}`);
  await run(args);
}

/** A capture by its id or its file. */
function captureOf({ state }: Session, word: string): Capture {
  const found = state.captures[word] ?? Object.values(state.captures).find(({ file }) => file === word);
  if (!found) throw failure('capture-unknown', { id: word });
  return found;
}

async function start(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      size: { type: 'string' },
      seconds: { type: 'string' },
      wait: { type: 'boolean', default: false },
    },
  });
  const [network, link] = wordsFor(positionals, ['the network’s name', 'the machine’s name']);
  const limits = {
    bytes: values.size === undefined ? CAPTURE_BYTES.usual : sizeOf(values.size),
    seconds: values.seconds === undefined ? null : wholeNumber(values.seconds, '--seconds', 1, 604_800),
  };
  await withSession(async (session) => {
    const end = linkEndOf(session, network, link);
    const { id } = await session.client.must('captures.start', { ...end, limits });
    if (!values.wait) return void process.stdout.write(`${id}\n`);
    const interrupt = (): void => void session.client.call('captures.stop', { id });
    process.once('SIGINT', interrupt);
    const ended = await session.until(({ captures }) => {
      const now = captures[id];
      return now?.endedAt != null ? now : null;
    });
    process.stdout.write(`${ended.file}: ${captureEndWords[ended.ended ?? 'asked']}\n`);
  });
}

async function stop(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const { id } = captureOf(session, onlyWord(positionals, 'the capture’s id'));
    await session.client.must('captures.stop', { id });
    process.stdout.write(`${session.state.captures[id]?.file ?? id} is whole\n`);
  });
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async ({ state }) => {
    const captures = Object.values(state.captures).sort((a, b) => a.startedAt.localeCompare(b.startedAt));
    if (values.json) return printJson(captures);
    if (captures.length === 0)
      return void process.stdout.write(
        'No captures yet. Make one: paddock network capture start NETWORK MACHINE\n',
      );
    printTable(
      ['ID', 'NETWORK', 'MACHINE', 'SIZE', 'STATE', 'FILE'],
      captures.map((one) => [
        one.id,
        one.networkName,
        `${one.vmName}:${one.unit}`,
        formatBytes(one.bytes),
        one.ended === null ? 'goes on' : captureEndWords[one.ended],
        one.file,
      ]),
    );
  });
}

async function show(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...json, packets: { type: 'string' } },
  });
  const word = onlyWord(positionals, 'the capture’s id');
  const lines = values.packets === undefined ? 20 : wholeNumber(values.packets, '--packets', 0, 1000);
  await withSession(async (session) => {
    const capture = captureOf(session, word);
    const summary = await session.client.must('captures.read', { id: capture.id, lines });
    if (values.json) return printJson({ ...capture, summary });
    printFacts([
      { what: 'File', text: capture.file },
      { what: 'Link', text: `${capture.vmName}, card ${capture.unit}, on ${capture.networkName}` },
      { what: 'State', text: capture.ended === null ? 'goes on' : captureEndWords[capture.ended] },
      ...(capture.problem === null ? [] : [{ what: 'Problem', text: capture.problem }]),
      { what: 'Packets', text: `${summary.packets}, ${formatBytes(summary.bytes)}` },
      ...(capture.dropped ? [{ what: 'Missed', text: `${capture.dropped} packets` }] : []),
      { what: 'Time', text: formatDuration(summary.seconds * 1000) },
      {
        what: 'Protocols',
        text: summary.protocols.map(({ name, packets }) => `${name} ${packets}`).join(', ') || 'none',
      },
      ...summary.conversations.map(({ a, b, packets, bytes }) => ({
        what: 'Conversation',
        text: `${a} and ${b}: ${packets} packets, ${formatBytes(bytes)}`,
      })),
    ]);
    if (summary.first.length > 0)
      printTable(
        ['TIME', 'SOURCE', 'DESTINATION', 'PROTOCOL', 'LENGTH', 'INFO'],
        summary.first.map((one) => [
          one.time.toFixed(6),
          one.source,
          one.destination,
          one.protocol,
          String(one.length),
          one.info,
        ]),
      );
  });
}

async function save(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [word, path] = wordsFor(positionals, ['the capture’s id', 'the new file’s path']);
  await withSession(async (session) => {
    const { id } = captureOf(session, word);
    const saved = await session.client.must('captures.save', { id, path: resolve(path) });
    process.stdout.write(`${saved.path}, ${formatBytes(saved.bytes)}\n`);
  });
}

async function open(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const { id } = captureOf(session, onlyWord(positionals, 'the capture’s id'));
    await session.client.must('captures.open', { id });
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const { id, file } = captureOf(session, onlyWord(positionals, 'the capture’s id'));
    await session.client.must('captures.delete', { id });
    process.stdout.write(`${file} is deleted\n`);
  });
}

const sizes: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `64m`, `200k`, `1g` or bytes. */
function sizeOf(word: string): number {
  const [, number = '', unit = ''] = /^(\d+)([kmg]?)b?$/i.exec(word) ?? [];
  const bytes = number === '' ? Number.NaN : Number(number) * (sizes[unit.toLowerCase()] ?? 1);
  if (!(bytes >= CAPTURE_BYTES.least && bytes <= CAPTURE_BYTES.most))
    throw new UsageError(`--size is a size such as 64m, from 4k to 4g, not ${word}`);
  return bytes;
}
