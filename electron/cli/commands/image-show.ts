import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { usersOf, type ImageUsers } from '@shared/images/image-users.js';
import type { Image } from '@shared/images/image.js';
import { rootWords } from '@shared/images/root-words.js';
import type { Base } from '@shared/layers/layer.js';
import { baseStateText } from '@shared/layers/layer-state-text.js';
import { withSession } from '../session.js';
import { printFacts, printJson } from '../table.js';
import { onlyWord } from '../usage.js';
import { imageByName } from './image-names.js';

/** `paddock image show IMAGE`: what it is, where it came from, and who uses it. */
export async function showImage(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const wanted = onlyWord(positionals, 'the image');
  await withSession(async (session) => {
    const { state } = session;
    const image = state.images[imageByName(session, wanted)];
    if (!image) return;
    const base = Object.values(state.bases).find(({ path }) => path === image.path);
    const users = usersOf(state, image);
    if (values.json)
      return printJson({
        ...image,
        onDiskBytes: base?.onDiskBytes ?? null,
        state: base?.state ?? null,
        machines: users.vms.map(({ name }) => name),
        layers: users.layers.map(({ id, role, name }) => ({ id, role, name })),
      });
    printFacts(factsOf(image, base, users));
  });
}

function factsOf(image: Image, base: Base | undefined, users: ImageUsers): { what: string; text: string }[] {
  const { checksum } = image;
  const others = users.layers.filter(({ role }) => role !== 'machine');
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return [
    { what: 'name', text: image.name },
    { what: 'kind', text: image.kind },
    { what: 'file', text: image.path },
    ...(base && base.state.kind !== 'ok'
      ? [{ what: 'state', text: baseStateText(base.state).sentence }]
      : []),
    { what: 'root', text: rootWords(image) },
    { what: 'size', text: formatBytes(image.sizeBytes) },
    { what: 'on disk', text: base ? formatBytes(base.onDiskBytes) : 'not measured yet' },
    {
      what: 'sha256',
      text: checksum === null ? 'not counted yet' : `${checksum.sha256}, counted ${checksum.at}`,
    },
    { what: 'made', text: image.createdAt },
    { what: 'from', text: image.origin === '' ? 'not known' : image.origin },
    { what: 'recipe', text: image.recipe === '' ? 'none' : image.recipe },
    ...(image.init === null ? [] : [{ what: 'first program', text: image.init }]),
    { what: 'guest tools', text: image.guestTools ? 'in it' : 'not in it' },
    { what: 'machines', text: list(users.vms.map(({ name }) => name)) },
    { what: 'other layers', text: list(others.map(({ name, role }) => `${name} (${role})`)) },
    { what: 'note', text: image.note === '' ? 'none' : image.note },
  ];
}
