import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { DiskView } from '@shared/layers/disk.js';
import { disksInWords, disksLeftOut, disksThatStay } from '@shared/layers/disks-in-words.js';
import type { Base, Layer } from '@shared/layers/layer.js';
import { baseStateText, layerStateText } from '@shared/layers/layer-state-text.js';
import type { MergeEngine } from '@shared/layers/merge-plan.js';
import { shellText } from '@shared/vms/command-line.js';
import { withSession, type Session } from '../session.js';
import { printFacts, printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wordsFor } from '../usage.js';
import { waitForJob } from '../wait-job.js';

const json = { json: { type: 'boolean', default: false } } as const;
const words = { name: { type: 'string' }, note: { type: 'string', default: '' } } as const;

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  list,
  info,
  create,
  branch,
  snapshot,
  restore,
  note,
  trash,
  merge,
  repair,
  rebase,
};

/** `paddock layer ...` */
export async function layerCommand([verb, ...args]: string[]): Promise<void> {
  const run = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError(`there is no layer command ${verb ?? ''}`);
  await run(args);
}

/** The layer that a word means: a machine's first (`web`), another of it (`web:1`), an id, or a free layer's name. */
function layerOf(session: Session, word: string): Layer {
  const { layers, vms } = session.state;
  const byId = layers[word];
  if (byId) return byId;
  const [, name = word, unit] = /^(.*?)(?::([0-7]))?$/.exec(word) ?? [];
  const vm = Object.values(vms).find((one) => one.name === name);
  const own = Object.values(layers)
    .filter((layer) => vm !== undefined && layer.role === 'machine' && layer.vmId === vm.id)
    .sort((a, b) => (a.unit ?? 0) - (b.unit ?? 0));
  const found = unit === undefined ? own[0] : own.find((layer) => layer.unit === Number(unit));
  const free = Object.values(layers).find((layer) => layer.role === 'free' && layer.name === word);
  const layer = found ?? free;
  if (!layer) throw failure('layer-unknown', { id: word });
  return layer;
}

/** What the host knows of layers is looked at again first: a host that has just started knows nothing yet. */
async function withLayers<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return withSession(async (session) => {
    await session.client.must('layers.look', {});
    return work(session);
  });
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withLayers(async ({ state }) => {
    const bases = Object.values(state.bases).sort((a, b) => a.name.localeCompare(b.name));
    const layers = Object.values(state.layers);
    if (values.json) return printJson({ bases, layers });
    const rows = bases.flatMap((base) => [
      baseRow(base, layers.filter((layer) => layer.baseId === base.id).length),
      ...layers
        .filter((layer) => layer.baseId === base.id)
        .sort(inTree)
        .map(layerRow),
    ]);
    printTable(['BASE OR LAYER', 'ID', 'CHANGED', 'ON DISK', 'USED BY', 'STATE'], rows);
  });
}

/** Machines' layers, each with its snapshots behind it, then free ones. */
function inTree(a: Layer, b: Layer): number {
  const key = (layer: Layer): string =>
    `${layer.vmName ?? '\uffff'} ${layer.unit ?? 9} ${layer.role === 'snapshot' ? 1 : 0} ${layer.createdAt}`;
  return key(a).localeCompare(key(b));
}

function baseRow(base: Base, layers: number): string[] {
  const size = `${formatBytes(base.sizeBytes)}${base.isReadOnly ? ', read-only' : ''}`;
  const count = `${layers} ${layers === 1 ? 'layer' : 'layers'}`;
  return [
    `${base.name} (${size})`,
    base.id,
    '',
    formatBytes(base.onDiskBytes),
    count,
    baseStateText(base.state).short,
  ];
}

function layerRow(layer: Layer): string[] {
  const indent = layer.role === 'snapshot' && layer.vmName !== null ? '    ' : '  ';
  const unit = layer.unit === null || layer.unit === 0 ? '' : `:${layer.unit}`;
  const user = { machine: layer.vmName ?? '', free: '-', snapshot: `snapshot of ${layer.vmName ?? ''}` }[
    layer.role
  ];
  return [
    `${indent}${layer.name}${unit}`,
    layer.snapshotId ?? layer.id,
    formatBytes(layer.changedBytes),
    formatBytes(layer.onDiskBytes),
    user,
    layerStateText(layer.state).short,
  ];
}

async function info(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  const word = onlyWord(positionals, 'the layer, or the path of one,');
  await withLayers(async (session) => {
    const path = word.includes('/') ? resolve(word) : layerOf(session, word).path;
    const found = await session.client.must('layers.info', { path });
    if (values.json) return printJson(found);
    const { layer, base } = found;
    const state = layerStateText(layer.state);
    printFacts([
      { what: 'Layer', text: layer.path },
      { what: 'Base', text: layer.basePath },
      { what: 'Size', text: formatBytes(layer.sizeBytes) },
      { what: 'Changed', text: `${formatBytes(layer.changedBytes)}, by its bitmap` },
      { what: 'On disk', text: `${formatBytes(layer.onDiskBytes)}, by its blocks; less after a trim` },
      { what: 'Made', text: `${layer.createdAt}, ${layer.origin}` },
      { what: 'State', text: `${state.short}. ${state.sentence}` },
      ...(layer.note === '' ? [] : [{ what: 'Note', text: layer.note }]),
      ...(base?.contentHash ? [{ what: 'Base’s content', text: base.contentHash }] : []),
    ]);
  });
}

async function create(args: string[]): Promise<void> {
  const options = { ...json, ...words, base: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const name = onlyWord(positionals, 'a name for the layer');
  const image = values.base;
  if (image === undefined) throw new UsageError('--base IMAGE is missing');
  await withSession(async ({ client }) => {
    const made = await client.must('layers.create', { image, name, note: values.note });
    if (values.json) return printJson(made);
    process.stdout.write(`${name} is a new layer (${made.layerId})\n`);
  });
}

async function branch(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...json, ...words } });
  const [word, name] = wordsFor(positionals, ['the layer', 'a name for the branch']);
  await withLayers(async (session) => {
    const layer = layerOf(session, word);
    const asked = { layerId: layer.id, name, note: values.note };
    const { jobId } = await session.client.must('layers.branch', asked);
    const { result } = await waitForJob(session, jobId);
    if (values.json) return printJson({ layerId: result });
    process.stdout.write(`${name} is a branch of ${layer.name} (${result ?? ''})\n`);
  });
}

async function snapshot(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...json, ...words } });
  const name = onlyWord(positionals, 'the machine’s name');
  await withLayers(async (session) => {
    const vm = session.vm(name);
    const { jobId } = await session.client.must('layers.snapshot', { vmId: vm.id, note: values.note });
    const { result } = await waitForJob(session, jobId);
    const taken = Object.values(session.state.layers).filter((layer) => layer.snapshotId === result);
    const leftOut = disksLeftOut(vm.disks);
    if (values.json)
      return printJson({ snapshotId: result, layers: taken, leftOut: leftOut.map(({ unit }) => unit) });
    const paused = taken[0]?.pausedMs ?? null;
    const stood = paused === null ? '' : `; it stood still for ${Math.round(paused)} ms`;
    process.stdout.write(`snapshot ${result ?? ''} of ${name}${stood}${namedDisks('not in it', leftOut)}\n`);
  });
}

async function restore(args: string[]): Promise<void> {
  const options = {
    ...json,
    to: { type: 'string' },
    pristine: { type: 'boolean', default: false },
    drop: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const name = onlyWord(positionals, 'the machine’s name');
  if ((values.to === undefined) === !values.pristine)
    throw new UsageError('give --to SNAPSHOT, or --pristine for the base as it is');
  await withLayers(async (session) => {
    const vm = session.vm(name);
    const snapshotId = values.to === undefined ? null : snapshotOf(session, vm.id, values.to);
    const asked = { vmId: vm.id, snapshotId, keep: !values.drop };
    const { jobId } = await session.client.must('layers.restore', asked);
    await waitForJob(session, jobId);
    const parts = Object.values(session.state.layers).filter((one) => one.snapshotId === snapshotId);
    const staying = disksThatStay(vm.disks, snapshotId === null ? null : parts.map(({ unit }) => unit));
    if (values.json) return printJson({ vmId: vm.id, snapshotId, staying: staying.map(({ unit }) => unit) });
    const kept = values.drop ? 'what it had is in the trash' : 'what it had is kept as a snapshot';
    process.stdout.write(
      `${name} is back at ${values.to ?? 'its pristine base'}; ${kept}${namedDisks('as they are now stay', staying)}\n`,
    );
  });
}

/** A clause with the disks that something was not about; '' where there are none. */
function namedDisks(what: string, disks: readonly DiskView[]): string {
  return disks.length === 0 ? '' : `; ${what}: ${disksInWords(disks)}`;
}

/** A snapshot by its id or, where only one has it, by its note. */
function snapshotOf(session: Session, vmId: string, word: string): string {
  const all = Object.values(session.state.layers).filter(
    (one) => one.role === 'snapshot' && one.vmId === vmId,
  );
  const ids = new Set(
    all.filter((one) => one.snapshotId === word || one.note === word).map((one) => one.snapshotId),
  );
  const [id, ...more] = ids;
  if (id == null || more.length > 0) throw failure('snapshot-unknown', { id: word });
  return id;
}

async function note(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [word, text] = wordsFor(positionals, ['the layer', 'the note']);
  await withLayers(async (session) => {
    await session.client.must('layers.describe', { layerId: layerOf(session, word).id, note: text });
  });
}

async function trash(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const word = onlyWord(positionals, 'the layer');
  await withLayers(async (session) => {
    const { layers } = session.state;
    const layer = Object.values(layers).find((one) => one.snapshotId === word) ?? layerOf(session, word);
    await session.client.must('layers.trash', { layerId: layer.id });
    process.stdout.write(`${layer.name} is in the trash\n`);
  });
}

async function merge(args: string[]): Promise<void> {
  const options = {
    ...json,
    to: { type: 'string' },
    'into-base': { type: 'boolean', default: false },
    confirm: { type: 'string' },
    engine: { type: 'string', default: 'uml_moo' },
    verify: { type: 'boolean', default: false },
    'move-over': { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const word = onlyWord(positionals, 'the machine’s name, or a layer,');
  const imageName = values.to;
  if ((imageName === undefined) === !values['into-base'])
    throw new UsageError(
      imageName === undefined ? '--to IMAGE is missing' : 'give --to or --into-base, not both',
    );
  const moveOver = values['move-over'];
  if (moveOver && imageName === undefined) throw new UsageError('--move-over goes with --to only');
  if (values.engine !== 'uml_moo' && values.engine !== 'fast')
    throw new UsageError(`--engine is uml_moo or fast, not ${values.engine}`);
  const engine: MergeEngine = values.engine;
  const target =
    imageName === undefined ? ({ kind: 'base' } as const) : ({ kind: 'image', name: imageName } as const);
  await withLayers(async (session) => {
    const layer = layerOf(session, word);
    if (values['dry-run']) {
      const plan = await session.client.must('layers.planMerge', { layerId: layer.id, target, engine });
      return values.json ? printJson(plan) : printPlan(plan);
    }
    if (moveOver && layer.role !== 'machine')
      throw failure('layer-not-free', {
        name: layer.name,
        why: 'no machine has it, so there is none to move',
      });
    const { verify, confirm = null } = values;
    const asked = { layerId: layer.id, target, engine, verify, confirm };
    const { jobId } = await session.client.must('layers.merge', asked);
    const { result } = await waitForJob(session, jobId);
    const image = Object.values(session.state.images).find((one) => one.name === result);
    if (moveOver) await session.client.must('layers.moveOver', { layerId: layer.id, image: result ?? '' });
    if (values.json) return printJson({ image: image ?? null });
    process.stdout.write(`${word} is merged into ${result ?? ''}${image ? ` (${image.path})` : ''}\n`);
    if (moveOver)
      process.stdout.write(
        `${layer.name} has an empty layer on ${result ?? ''}; the one it had is in the trash\n`,
      );
  });
}

function printPlan({
  command,
  checks,
  breaks,
}: {
  command: string[];
  checks: { title: string; ok: boolean; text: string }[];
  breaks: { name: string }[];
}): void {
  for (const { title, ok, text } of checks) process.stdout.write(`${ok ? 'ok ' : 'NO '} ${title}: ${text}\n`);
  if (breaks.length > 0) process.stdout.write(`breaks: ${breaks.map(({ name }) => name).join(', ')}\n`);
  process.stdout.write(`${shellText(command)}\n`);
}

async function repair(args: string[]): Promise<void> {
  const options = {
    ...json,
    plan: { type: 'boolean', default: false },
    by: { type: 'string' },
    confirm: { type: 'string' },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const word = onlyWord(positionals, 'the layer');
  await mend(word, null, { ...values, by: values.by, confirm: values.confirm });
}

async function rebase(args: string[]): Promise<void> {
  const options = { ...json, plan: { type: 'boolean', default: false }, base: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const word = onlyWord(positionals, 'the layer');
  await mend(word, values.base === undefined ? null : resolve(values.base), {
    ...values,
    by: 'repoint',
    confirm: undefined,
  });
}

async function mend(
  word: string,
  basePath: string | null,
  {
    json: asJson,
    plan: onlyPlan,
    by,
    confirm,
  }: { json: boolean; plan: boolean; by: string | undefined; confirm: string | undefined },
): Promise<void> {
  await withLayers(async (session) => {
    const layer = layerOf(session, word);
    const { mends } = await session.client.must('layers.planMend', { layerId: layer.id, basePath });
    if (onlyPlan) {
      if (asJson) return printJson({ layer, mends });
      process.stdout.write(`${layer.name}: ${layerStateText(layer.state).sentence}\n`);
      for (const { kind, title, changes, refused } of mends)
        process.stdout.write(
          `${kind}: ${title}\n${[...changes, ...(refused === null ? [] : [`Not possible: ${refused}`])].map((line) => `  ${line}\n`).join('')}`,
        );
      return;
    }
    const chosen = by === undefined ? mends[0] : mends.find(({ kind }) => kind === by);
    if (!chosen) {
      const why =
        by === undefined
          ? layerStateText(layer.state).sentence.replace(/\.$/, '')
          : 'there is nothing to mend in that way';
      throw failure('mend-refused', { name: layer.name, why });
    }
    const { jobId } = await session.client.must('layers.mend', {
      layerId: layer.id,
      kind: chosen.kind,
      basePath,
      ...(confirm === undefined ? {} : { confirm }),
    });
    await waitForJob(session, jobId);
    if (asJson) return printJson({ layer: session.state.layers[layer.id] ?? null });
    process.stdout.write(`${layer.name}: done (${chosen.title})\n`);
  });
}
