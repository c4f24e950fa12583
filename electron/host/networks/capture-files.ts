import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture } from '@shared/networks/capture.js';
import { CaptureCounts, type CaptureSummary } from '@shared/networks/pcap/capture-summary.js';
import { CardFrames, innerFrame } from '@shared/networks/pcap/inner-frames.js';
import {
  ETHERNET,
  pcapHead,
  pcapPacket,
  PcapReader,
  type PcapPacket,
} from '@shared/networks/pcap/pcap-file.js';
import { exists, statOrNull } from '../platform/files.js';

/** So much of a file is looked at to say what is in it. */
const READ_BYTES_MAX = 256 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
const WRITE_BYTES = 1024 * 1024;

/** Which packets of what was written down are the link's, and as what. */
export type Sieve = (packet: PcapPacket) => PcapPacket | null;

/** The sieve of a capture. */
export function sieveOf({ seenBy }: Pick<Capture, 'seenBy'>, mac: string, isUcast: boolean): Sieve {
  if (seenBy === 'tap') return (packet) => packet;
  if (seenBy === 'cable') return (packet) => innerFrame(packet, isUcast ? 'ucast' : 'l2tpv3');
  const frames = new CardFrames(mac);
  return (packet) => (frames.isWanted(packet) ? packet : null);
}

/** What is in a capture's file. */
export async function summarise(path: string, sieve: Sieve, lines: number): Promise<CaptureSummary> {
  const counts = new CaptureCounts(lines);
  const reader = await readPackets(path, (packet) => {
    const wanted = sieve(packet);
    if (wanted) counts.add(wanted);
  });
  const size = (await statOrNull(path))?.size ?? 0;
  return counts.summary(reader.isBroken ? 'broken' : size > READ_BYTES_MAX ? 'long' : null);
}

/** Cuts what an end in the middle of a packet left. */
export async function trim(path: string): Promise<void> {
  const reader = await readPackets(path, () => {}, Infinity);
  const size = (await statOrNull(path))?.size ?? 0;
  if (reader.head !== null && reader.wholeBytes < size) await truncate(path, reader.wholeBytes);
}

/** Writes what is wanted of one file into another, which is whole when it is there. */
export async function sift(from: string, to: string, sieve: Sieve): Promise<void> {
  const partial = `${to}.partial`;
  const file = await open(partial, 'w', 0o600);
  try {
    await copyPackets(from, file, sieve);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, to);
  await rm(from, { force: true });
}

/** Writes the wanted packets of a capture into a file that is open. */
export async function copyPackets(from: string, file: FileHandle, sieve: Sieve): Promise<void> {
  let pieces: Uint8Array[] = [pcapHead()];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const whole = Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
    await file.writeFile(whole);
  };
  await readPackets(
    from,
    (packet) => {
      const wanted = sieve(packet);
      if (!wanted) return;
      const one = pcapPacket(wanted);
      pieces.push(one);
      bytes += one.length;
    },
    Infinity,
    () => (bytes > WRITE_BYTES ? flush() : null),
  );
  await flush();
}

/** Reads a file’s packets up to its end, or as far as it makes sense. */
async function readPackets(
  path: string,
  take: (packet: PcapPacket) => void,
  most = READ_BYTES_MAX,
  between: () => Promise<void> | null = () => null,
): Promise<PcapReader> {
  const reader = new PcapReader();
  if (!(await exists(path))) return reader;
  const stream = createReadStream(path, {
    highWaterMark: PIECE_BYTES,
    ...(most === Infinity ? {} : { end: most - 1 }),
  });
  for await (const piece of stream) {
    for (const packet of reader.add(piece as Buffer)) take(packet);
    if (reader.isBroken) break;
    if (reader.head !== null && reader.head.linkType !== ETHERNET) {
      reader.isBroken = true;
      break;
    }
    await between();
  }
  return reader;
}

/** Where Debian, Fedora and others have it. */
const LIBRARY_FOLDERS = ['/usr/lib', '/usr/lib64'];
const PLUGIN = 'vde2/plugins/pdump.so';

/** libfakeroot's path; null where it isn't. */
export const findFakeroot = (): Promise<string | null> => findLibrary('libfakeroot/libfakeroot-sysv.so');

/** The path of the plugin by which a VDE switch writes down what goes through it. */
export const findPdump = (): Promise<string | null> => findLibrary(PLUGIN);

/** A file under a library folder, or under one of its folders of an architecture. */
async function findLibrary(tail: string): Promise<string | null> {
  for (const folder of LIBRARY_FOLDERS) {
    const inner = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('-linux-gnu'));
    for (const path of [join(folder, tail), ...inner.map((name) => join(folder, name, tail))])
      if (await exists(path)) return path;
  }
  return null;
}
