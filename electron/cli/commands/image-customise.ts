import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImageChanges } from '@shared/images/customise.js';
import { pathOfKernel } from '../kernel-words.js';
import { secretsIn } from '../secrets.js';
import { withSession } from '../session.js';
import { onlyWord, UsageError } from '../usage.js';
import { waitForJob } from '../wait-job.js';

import { imageByName } from './image-names.js';

const options = {
  'password-file': { type: 'string', multiple: true, default: [] as string[] },
  'no-password': { type: 'boolean', default: false },
  'lock-root': { type: 'boolean', default: false },
  hostname: { type: 'string' },
  put: { type: 'string', multiple: true, default: [] as string[] },
  remove: { type: 'string', multiple: true },
  modules: { type: 'string' },
  deb: { type: 'string', multiple: true },
  purge: { type: 'string', multiple: true },
} as const;

/** `paddock image customise NAME ...` */
export async function customiseImage(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const name = onlyWord(positionals, 'the image');
  const secrets = await secretsIn(values['password-file']);
  const root = values['no-password']
    ? ({ kind: 'none' } as const)
    : values['lock-root']
      ? ({ kind: 'locked' } as const)
      : secrets['root'] === undefined
        ? undefined
        : ({ kind: 'password' } as const);
  const changes: ImageChanges = {
    ...(root ? { root } : {}),
    ...(values.hostname === undefined ? {} : { hostname: values.hostname }),
    ...(values.put.length > 0 ? { files: values.put.map(fileIn) } : {}),
    ...(values.remove ? { remove: values.remove } : {}),
    ...(values.deb ? { packages: values.deb.map((path) => resolve(path)) } : {}),
    ...(values.purge ? { removePackages: values.purge } : {}),
  };
  if (Object.keys(changes).length === 0 && values.modules === undefined)
    throw new UsageError('say what is to be changed: paddock help');
  await withSession(async (session) => {
    const id = imageByName(session, name);
    if (values.modules !== undefined) changes.modulesOf = await pathOfKernel(session, values.modules);
    const { jobId } = await session.client.must('images.customise', { id, changes, secrets });
    await waitForJob(session, jobId);
    process.stdout.write(`${name} is changed\n`);
  });
}

/** `FILE:/PATH`, or `FILE:/PATH:MODE` with permissions in octal. */
function fileIn(word: string): { from: string; to: string; mode: number | null } {
  const [, from = '', to = '', mode] = /^(.+?):(\/[^:]+)(?::([0-7]{3,4}))?$/.exec(word) ?? [];
  if (to === '') throw new UsageError(`--put takes FILE:/PATH or FILE:/PATH:MODE, not ${word}`);
  return { from: resolve(from), to, mode: mode === undefined ? null : Number.parseInt(mode, 8) };
}
