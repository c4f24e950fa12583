import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';

const JSON_MAX = 4 * 1024 * 1024;
const PIECE = 1024 * 1024;
const NESTED_MAX = 4;

/** sha256 and nothing else: it stands in a path. */
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const descriptor = z.object({
  mediaType: z.string().optional(),
  digest,
  size: z.int().nonnegative(),
  platform: z.object({ architecture: z.string(), os: z.string() }).optional(),
});
const indexSchema = z.object({ manifests: z.array(descriptor).min(1).max(1000) });
const manifestSchema = z.object({ layers: z.array(descriptor).min(1).max(1000) });
const savedSchema = z.array(z.object({ Layers: z.array(z.string()).min(1).max(1000) })).min(1);

/** A part of a file. */
export interface Blob {
  file: FileHandle;
  at: number;
  bytes: number;
}
/** Finds a part of an image by its name in it; null when there is none. */
export type FindBlob = (name: string) => Promise<Blob | null>;

/** What is wrong with an image; stands after its name. */
export class BadImage extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

/** The layers of an OCI layout for this kind of processor, lowest first, each counted. Throws BadImage. */
export async function ociLayers(find: FindBlob): Promise<Blob[]> {
  let parsed: unknown = await json(find, 'index.json');
  for (let depth = 0; depth < NESTED_MAX; depth += 1) {
    const manifest = manifestSchema.safeParse(parsed);
    if (manifest.success) {
      const layers: Blob[] = [];
      for (const layer of manifest.data.layers) layers.push(await counted(find, layer));
      return layers;
    }
    const index = indexSchema.safeParse(parsed);
    if (!index.success) throw new BadImage('has neither an index nor a manifest of the OCI image format');
    const { manifests } = index.data;
    const chosen =
      manifests.find(({ platform }) => platform?.architecture === 'amd64' && platform.os === 'linux') ??
      manifests.find(({ platform }) => platform === undefined);
    if (!chosen) throw new BadImage('has no part for linux on amd64');
    parsed = parseJson(await bytesOf(await counted(find, chosen)));
  }
  throw new BadImage('has indexes within indexes without end');
}

/** The layers of what `docker save` wrote, lowest first. Throws BadImage. */
export async function savedLayers(find: FindBlob): Promise<Blob[]> {
  const saved = savedSchema.safeParse(await json(find, 'manifest.json'));
  if (!saved.success) throw new BadImage('has no manifest as docker save writes it');
  const [image, ...more] = saved.data;
  if (more.length > 0 || !image) throw new BadImage('holds several images; save one');
  const layers: Blob[] = [];
  for (const name of image.Layers) {
    const blob = await find(name);
    if (!blob) throw new BadImage(`lacks the layer ${name.slice(0, 200)}`);
    // Newer ones are named by their checksum.
    const sum = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    if (sum !== undefined && (await sha256(blob)) !== sum)
      throw new BadImage(`is damaged: ${name} has another checksum`);
    layers.push(blob);
  }
  return layers;
}

async function counted(find: FindBlob, { digest: wanted, size }: z.infer<typeof descriptor>): Promise<Blob> {
  const sum = wanted.slice('sha256:'.length);
  const blob = await find(`blobs/sha256/${sum}`);
  if (!blob) throw new BadImage(`lacks its part ${wanted}`);
  if (blob.bytes !== size || (await sha256(blob)) !== sum)
    throw new BadImage(`is damaged: its part ${wanted} is another`);
  return blob;
}

async function json(find: FindBlob, name: string): Promise<unknown> {
  const blob = await find(name);
  if (!blob) throw new BadImage(`has no ${name}`);
  return parseJson(await bytesOf(blob));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BadImage('is damaged: a part that should be JSON is none');
  }
}

async function bytesOf({ file, at, bytes }: Blob): Promise<Buffer> {
  if (bytes > JSON_MAX) throw new BadImage('is damaged: its manifest is too large to be one');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}

async function sha256({ file, at, bytes }: Blob): Promise<string> {
  const hash = createHash('sha256');
  for (let done = 0; done < bytes;) {
    const length = Math.min(PIECE, bytes - done);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at + done);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  return hash.digest('hex');
}
