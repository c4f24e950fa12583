import { z } from 'zod';
import { vmIdSchema } from '../vms/vm-id.js';
import { networkIdSchema } from './nic.js';

/** Identifies a capture for as long as it is kept. */
export const captureIdSchema = z.string().regex(/^[a-z0-9]{8}$/);
export type CaptureId = z.infer<typeof captureIdSchema>;

const MIB = 1024 * 1024;
/** What a capture may take unless something else is said, and at most. */
export const CAPTURE_BYTES = { least: 4096, usual: 64 * MIB, most: 4096 * MIB } as const;
export const CAPTURE_SECONDS_MAX = 7 * 86_400;

/** When a capture ends by itself. */
export const captureLimitsSchema = z.strictObject({
  bytes: z.int().min(CAPTURE_BYTES.least).max(CAPTURE_BYTES.most),
  /** null: whenever it is full. */
  seconds: z.int().min(1).max(CAPTURE_SECONDS_MAX).nullable(),
});
export type CaptureLimits = z.infer<typeof captureLimitsSchema>;

/** One end of a network. */
export const linkEndSchema = z.strictObject({
  networkId: networkIdSchema,
  vmId: vmIdSchema,
  unit: z.int().min(0).max(15),
});
export type LinkEnd = z.infer<typeof linkEndSchema>;

/** What goes over a link, written into a file: as it is kept, and as everybody sees it. */
export const captureSchema = z.strictObject({
  id: captureIdSchema,
  ...linkEndSchema.shape,
  /** The names of then. */
  networkName: z.string(),
  vmName: z.string(),
  device: z.string(),
  /** Its file's name, in the folder of captures. */
  file: z.string().regex(/^[a-z0-9][\w.-]{0,120}\.pcap$/i),
  /** Where it is seen: at the card's tap, at a cable's two ports, or by the whole switch, of which 96 bytes a frame. */
  seenBy: z.enum(['tap', 'cable', 'switch']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Bytes of the file; told now and then while it goes on. */
  bytes: z.int(),
  limits: captureLimitsSchema,
  /** Why it ended; null while it goes on. `link`: the machine or the network went off. */
  ended: z.enum(['asked', 'size', 'time', 'link', 'failed']).nullable(),
  /** What went wrong, the end of a sentence. */
  problem: z.string().nullable(),
  /** Packets that came quicker than they could be written; null where nobody counts them. */
  dropped: z.int().nullable(),
});
export type Capture = z.infer<typeof captureSchema>;

/** Why a capture ended, for people. */
export const captureEndWords: Readonly<Record<NonNullable<Capture['ended']>, string>> = {
  asked: 'stopped',
  size: 'full',
  time: 'time was up',
  link: 'the link went off',
  failed: 'failed',
};

/** The name of a capture's file, without its end: network, machine and time, of letters that every system takes. */
export function captureFileName(
  { networkName, vmName, unit }: Pick<Capture, 'networkName' | 'vmName' | 'unit'>,
  at: Date,
): string {
  const plain = (text: string): string =>
    text
      .normalize('NFKD')
      .replace(/[^a-zA-Z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 30) || 'x';
  const time = at.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `${plain(networkName)}-${plain(vmName)}-${unit}-${time}`;
}

/** What a capture is taken of, as the namespace has it. */
export type CapturePlace = { tap: string } | { ports: readonly [number, number] };

/** A file may become so much larger than it should before nobody but the kernel ends it: the host was away. */
export const CAPTURE_SLACK_BYTES = 1024 * 1024;

/**
 * The argv of tcpdump for a link. `fakeroot`: libfakeroot's path. Debian's tcpdump becomes another user before it
 * writes, which nobody can in a namespace with one user (user_namespaces(7), setgroups); with that library it believes
 * that it did.
 */
export function captureWords(
  place: CapturePlace,
  { path, limits, fakeroot }: { path: string; limits: CaptureLimits; fakeroot: string | null },
): [string, ...string[]] {
  const cable = 'ports' in place ? place.ports : null;
  return [
    'prlimit',
    '--core=0',
    `--fsize=${limits.bytes + CAPTURE_SLACK_BYTES}`,
    '--',
    ...(fakeroot === null ? [] : ['env', `LD_PRELOAD=${fakeroot}`]),
    'tcpdump',
    // Each packet at once, so that none is missing of one that is stopped; in a buffer of 16 MiB, in KiB.
    '--immediate-mode',
    '-U',
    '--buffer-size=16384',
    '-n',
    '-p',
    '-Z',
    'root',
    // It counts whole seconds, and ends only when a packet comes: for when nobody else is there to end it.
    ...(limits.seconds === null ? [] : ['-G', String(limits.seconds + 1), '-W', '1']),
    '-i',
    'tap' in place ? place.tap : 'lo',
    '-w',
    path,
    ...(cable === null
      ? []
      : [`udp and (${cable.map((port, n) => cableWay(port, cable[1 - n] ?? 0)).join(' or ')})`]),
  ];
}

const cableWay = (from: number, to: number): string => `(src port ${from} and dst port ${to})`;
