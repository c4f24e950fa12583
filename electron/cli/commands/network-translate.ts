import { parseArgs } from 'node:util';
import { translateNics } from '@shared/networks/translate.js';
import { PRESENT_UNKNOWN } from '@shared/vms/kernel-change.js';
import { kernelOf, presentKernel } from '../kernel-words.js';
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
    const vm = session.vm(name);
    const to = await kernelOf(session, kernel);
    const from = await presentKernel(session, vm);
    const found = translateNics(vm.nics, from, to, session.state.networks);
    if (from === null) process.stdout.write(`${PRESENT_UNKNOWN}\n`);
    for (const { unit, text } of found) process.stdout.write(`Card ${unit}: ${text ?? 'stays as it is.'}\n`);
    if (!values.save) return;
    const nics = vm.nics.map((nic, n) => ({ ...nic, link: found[n]?.link ?? nic.link }));
    await session.client.must('vms.configure', { id: vm.id, changes: { nics } });
    process.stdout.write('Saved.\n');
  });
}
