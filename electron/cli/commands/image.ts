import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { soundText } from '@shared/images/image-check.js';
import { withSession, type Session } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError, wholeNumber, wordsFor } from '../usage.js';
import { waitForJob } from '../wait-job.js';
import { buildImage, listRecipes, showRecipe } from './image-build.js';
import { customiseImage } from './image-customise.js';
import { imageByName } from './image-names.js';
import { showImage } from './image-show.js';

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  list,
  show: showImage,
  recipes: listRecipes,
  recipe: showRecipe,
  build: buildImage,
  inspect,
  customise: customiseImage,
  ls: browse,
  get: readOut,
  trash: (args) => act(args, 'images.trash'),
  checksum: (args) => work(args, (session, id) => session.client.must('images.checksum', { id }), 'sha256'),
  compact: (args) => work(args, (session, id) => session.client.must('images.compact', { id }), 'given back'),
  check,
  grow,
  convert,
  export: exportImage,
  import: importImage,
  note,
  rename,
};

/** `paddock image ...` */
export async function imageCommand([verb = '', ...args]: string[]): Promise<void> {
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError(`there is no image command ${verb}`);
  return run(args);
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    const { images, bases } = session.state;
    const shown = Object.values(images).sort((a, b) => a.name.localeCompare(b.name));
    if (values.json) return printJson(shown);
    printTable(
      ['NAME', 'KIND', 'SIZE', 'ON DISK', 'ROOT', 'RECIPE', 'PATH'],
      shown.map((image) => {
        const base = Object.values(bases).find(({ path }) => path === image.path);
        const root =
          image.rootPartition === null ? image.filesystem : `${image.filesystem} on ${image.rootPartition}`;
        return [
          image.name,
          image.kind,
          formatBytes(image.sizeBytes),
          base ? formatBytes(base.onDiskBytes) : '-',
          root,
          image.recipe || '-',
          image.path,
        ];
      }),
    );
  });
}

async function inspect(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = resolve(onlyWord(positionals, 'the path'));
  await withSession(async ({ client }) => {
    const facts = await client.must('images.inspect', { path });
    if (values.json) return printJson(facts);
    process.stdout.write(`${facts.summary}${facts.why === null ? '' : `: ${facts.why}`}\n`);
  });
}

async function browse(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [name, path = '/'] = wordsFor(positionals, ['the image'], ['path']);
  await withSession(async (session) => {
    const { entries } = await session.client.must('images.browse', { id: imageByName(session, name), path });
    if (values.json) return printJson(entries);
    printTable(
      ['MODE', 'OWNER', 'BYTES', 'NAME'],
      entries.map((entry) => [
        `${{ file: '-', folder: 'd', link: 'l', other: '?' }[entry.kind]}${entry.mode.toString(8).padStart(4, '0')}`,
        `${entry.uid}:${entry.gid}`,
        String(entry.bytes),
        entry.target === '' ? entry.name : `${entry.name} -> ${entry.target}`,
      ]),
    );
  });
}

async function readOut(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, path, to] = wordsFor(positionals, ['the image', 'the file in it', 'where it goes']);
  await withSession(async (session) => {
    const id = imageByName(session, name);
    const read = await session.client.must('images.readFile', { id, path, to: resolve(to) });
    process.stdout.write(`${read.path}: ${read.bytes} bytes\n`);
  });
}

async function act(args: string[], call: 'images.trash'): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const name = onlyWord(positionals, 'the image');
  await withSession(
    async (session) => void (await session.client.must(call, { id: imageByName(session, name) })),
  );
}

async function work(
  args: string[],
  start: (session: Session, id: string) => Promise<{ jobId: string }>,
  what: string,
  ended: (session: Session, id: string, result: string) => void = () => {},
): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const name = onlyWord(positionals, 'the image');
  await withSession(async (session) => {
    const id = imageByName(session, name);
    const { jobId } = await start(session, id);
    const result = (await waitForJob(session, jobId)).result ?? '';
    process.stdout.write(`${what}: ${result}\n`);
    ended(session, id, result);
  });
}

async function check(args: string[]): Promise<void> {
  const repair = args.includes('--repair');
  const rest = args.filter((word) => word !== '--repair');
  await work(
    rest,
    (session, id) => session.client.must('images.check', { id, repair }),
    'file system',
    // So that a script knows: what was found and not mended is a failure.
    ({ state }, id, result) => {
      if (!repair && result !== soundText(state.images[id]?.name ?? '')) process.exitCode = 1;
    },
  );
}

async function grow(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, size] = wordsFor(positionals, ['the image', 'the new size in MB']);
  const sizeMiB = wholeNumber(size, 'the size (in MB)', 1, 16 * 1024 * 1024);
  await work([name], (session, id) => session.client.must('images.grow', { id, sizeMiB }), 'size');
}

async function convert(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, to] = wordsFor(positionals, ['the image', 'where the qcow2 goes']);
  await work(
    [name],
    (session, id) => session.client.must('images.convert', { id, format: 'qcow2', path: resolve(to) }),
    'written',
  );
}

async function exportImage(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, to] = wordsFor(positionals, ['the image', 'where the archive goes']);
  await work(
    [name],
    (session, id) => session.client.must('images.export', { id, path: resolve(to) }),
    'written',
  );
}

async function importImage(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { name: { type: 'string' } },
  });
  const path = resolve(onlyWord(positionals, 'the archive'));
  await withSession(async (session) => {
    const { jobId } = await session.client.must('images.import', { path, name: values.name ?? null });
    const job = await waitForJob(session, jobId);
    process.stdout.write(`${job.result ?? ''} is in the library\n`);
  });
}

async function note(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [name, text] = wordsFor(positionals, ['the image', 'the note']);
  await withSession(
    async (session) =>
      void (await session.client.must('images.describe', { id: imageByName(session, name), note: text })),
  );
}

async function rename(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [from, name] = wordsFor(positionals, ['the image', 'its new name']);
  await withSession(
    async (session) =>
      void (await session.client.must('images.describe', { id: imageByName(session, from), name })),
  );
}
