import { existsSync } from 'node:fs';
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { whatForbidsNamespaces } from '@shared/diagnostics/user-namespaces.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { HostRoot } from '@shared/vms/boot.js';
import type { Share } from '@shared/vms/share.js';
import computerInit from '../../../assets/roots/computer-init.sh?raw';
import confineScript from '../../../assets/roots/confine.sh?raw';
import guestTools from '../../../assets/guest-tools/paddock-guest-tools.sh?raw';
import { modulesOrNull } from '../images/kernel-modules.js';
import { kernelEnvironment } from '../kernels/wide-xstate.js';
import { runProgram } from '../platform/run-program.js';
import { sysctl } from '../platform/sysctl.js';

/** A kernel's own needs, beside the guest's memory. */
const MORE_SHM_MIB = 64;
/** Some twenty mounts, each a program. */
const REHEARSAL_LIMIT_MS = 20_000;

/** A file or folder that a confined kernel sees under its own name. */
export interface ShownFile {
  path: string;
  writable: boolean;
}

/** What a machine that is given files of this computer is confined with. */
export interface Confinement {
  /** What it boots from, when that is no disk. */
  root: HostRoot | null;
  shares: readonly Share[];
  /** Its disks, and what its network cards need. */
  shown: readonly ShownFile[];
  /** Its folder of sockets; of Paddock's the only one that it may write to. */
  own: string;
  memoryMiB: number;
  kernel: { path: string; version: string };
}

/** Where its kernel keeps its memory: a tmpfs that nobody else sees. */
export const CONFINED_MEMORY_FOLDER = '/dev/shm';

/** The script runs in namespaces that are its own, with every right there. */
const namespaceWords = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  '--',
  '/bin/sh',
  '-c',
  confineScript,
  'paddock-confine',
];

/**
 * The words before a kernel's argv that keep it to what it is given (docs/decisions/0026 and 0034). The process stays the same
 * one, only what it sees of this computer is another.
 */
export async function confinementWords({
  root,
  shares,
  shown,
  own,
  memoryMiB,
  kernel,
}: Confinement): Promise<string[]> {
  const hidden = root?.kind === 'computer' ? await hiddenFolders(own) : [];
  const isWritable = root?.kind === 'folder' && !root.readOnly;
  return [
    ...namespaceWords,
    root?.kind ?? 'disk',
    root?.kind === 'folder' ? await realpath(root.path) : '/',
    isWritable ? 'rw' : 'ro',
    own,
    String(memoryMiB + MORE_SHM_MIB),
    kernelEnvironment()['LD_PRELOAD'] ?? '',
    root?.kind === 'computer' ? await overlayModule(kernel) : '',
    ...hidden,
    '--',
    ...(await Promise.all(shares.map(shareWords))).flat(),
    '--',
    ...shown.flatMap(({ path, writable }) => (existsSync(path) ? [writable ? 'rw' : 'ro', path] : [])),
    '--',
  ];
}

/** Its module of overlayfs, which a guest that boots this computer's files loads first; '' when there is none. */
async function overlayModule({ path, version }: Confinement['kernel']): Promise<string> {
  const modules = await modulesOrNull(version, path);
  const file = modules === null ? '' : join(modules, 'kernel/fs/overlayfs/overlay.ko');
  return existsSync(file) ? file : '';
}

/** By the path where it really is: a link that somebody changes meanwhile leads nowhere else. */
async function shareWords({ name, path, readOnly }: Share): Promise<string[]> {
  return [readOnly ? 'ro' : 'rw', name, await realpath(path)];
}

/** Makes its folder of sockets, with what a guest that boots this computer's files runs. */
export async function makeOwnFolder({ root, own }: Confinement): Promise<void> {
  await mkdir(own, { recursive: true, mode: 0o700 });
  if (root?.kind !== 'computer') return;
  await writeFile(join(own, 'init'), computerInit);
  await chmod(join(own, 'init'), 0o755);
  await writeFile(join(own, 'guest-tools'), guestTools);
}

/** Goes through all of it with a program that does nothing. Throws Failure `root-confinement` when that fails. */
export async function rehearse(confinement: Confinement): Promise<void> {
  const [program = '', ...words] = await confinementWords(confinement);
  await runProgram([program, ...words, '/bin/true'], {
    timeoutMs: REHEARSAL_LIMIT_MS,
    env: { ...kernelEnvironment() },
  }).catch((error: unknown) => {
    throw error instanceof Failure ? failure('root-confinement', { why: whyNot(error) }) : error;
  });
}

/** Sockets in these would let a guest that took over its kernel ask other programs to write for it. */
async function hiddenFolders(own: string): Promise<string[]> {
  const wanted = [
    dirname(dirname(own)),
    process.env['XDG_RUNTIME_DIR'] ?? '',
    process.env['TMPDIR'] ?? tmpdir(),
    join(homedir(), '.uml'),
  ];
  const real = await Promise.all(wanted.filter(Boolean).map((path) => realpath(path).catch(() => '')));
  return [...new Set(real.filter((path) => path !== '' && path !== '/' && path !== homedir()))];
}

function whyNot({ error }: Failure): string {
  if (error.code === 'tool-missing') return `${String(error.params['tool'])} is not installed`;
  const cause = whatForbidsNamespaces(sysctl);
  if (cause) return `user namespaces are not allowed here (${cause.setting} is ${cause.value})`;
  const said = error.detail?.lastLines?.at(-1) ?? 'user namespaces don’t work here';
  return said.replace(/^paddock: [^:]*: /, '').replace(/\.$/, '');
}
