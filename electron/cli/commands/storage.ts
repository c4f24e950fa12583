import { parseArgs } from 'node:util';
import { isJobActive } from '@shared/jobs/job.js';
import { fail, withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';

/** `paddock layer ...` */
export async function layerCommand([verb, ...args]: string[]): Promise<void> {
  if (verb !== 'merge') throw new UsageError(`there is no layer command ${verb ?? ''}`);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { to: { type: 'string' } },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  const imageName = values.to;
  if (imageName === undefined) throw new UsageError('--to IMAGE is missing');
  await withSession(async (session) => {
    const vm = session.vm(name);
    const { jobId } = await session.client.must('layers.merge', { vmId: vm.id, imageName });
    const interrupt = (): void => void session.client.call('jobs.cancel', { id: jobId });
    process.once('SIGINT', interrupt);
    let said = '';
    const job = await session.until((state) => {
      const now = state.jobs[jobId];
      if (now && process.stderr.isTTY && now.detail !== said)
        process.stderr.write(`\r\u001b[K${(said = now.detail)}`);
      return now && !isJobActive(now.state) ? now : null;
    });
    if (said !== '') process.stderr.write('\r\u001b[K');
    process.off('SIGINT', interrupt);
    if (job.error) fail(job.error);
    if (job.state === 'cancelled') fail({ code: 'cancelled', params: {}, detail: null });
    const image = session.state.images[imageName];
    process.stdout.write(`${name} is merged into ${imageName}${image ? ` (${image.path})` : ''}\n`);
  });
}

/** `paddock image ...` */
export async function imageCommand([verb, ...args]: string[]): Promise<void> {
  if (verb !== 'list') throw new UsageError(`there is no image command ${verb ?? ''}`);
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    const images = Object.values(session.state.images).sort((a, b) => a.name.localeCompare(b.name));
    if (values.json) return printJson(images);
    printTable(
      ['NAME', 'KIND', 'SIZE', 'PATH'],
      images.map((image) => [
        image.name,
        image.kind,
        `${Math.round(image.sizeBytes / 1024 ** 2)} MB`,
        image.path,
      ]),
    );
  });
}

/** `paddock kernel ...` */
export async function kernelCommand([verb, ...args]: string[]): Promise<void> {
  if (verb !== 'list') throw new UsageError(`there is no kernel command ${verb ?? ''}`);
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    const kernels = Object.values(session.state.kernels);
    if (values.json) return printJson(kernels);
    printTable(
      ['VERSION', 'PATH'],
      kernels.map((kernel) => [kernel.version, kernel.path]),
    );
  });
}
