import { parseArgs } from 'node:util';
import { translateNics } from '@shared/networks/translate.js';
import { kernelOf } from '../kernel-words.js';
import { withSession } from '../session.js';
import { onlyWord, UsageError } from '../usage.js';

/** `paddock network translate MACHINE --kernel KERNEL`: what becomes of its cards with another kernel, and of what is kept. */
export async function networkTranslate(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { kernel: { type: 'string' }, save: { type: 'boolean', default: false } },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  const { kernel } = values;
  if (kernel === undefined) throw new UsageError('--kernel is missing');
  await withSession(async (session) => {
    const { client, state } = session;
    const vm = session.vm(name);
    const to = await kernelOf(session, kernel);
    const found = translateNics(vm.nics, state.kernels[vm.kernelPath] ?? null, to, state.networks);
    for (const { unit, text } of found) process.stdout.write(`Card ${unit}: ${text ?? 'stays as it is.'}\n`);
    if (!values.save) return;
    const nics = vm.nics.map((nic, n) => ({ ...nic, link: found[n]?.link ?? nic.link }));
    await client.must('vms.configure', { id: vm.id, changes: { nics } });
    process.stdout.write('Saved.\n');
  });
}
