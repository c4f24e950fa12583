import { parseArgs } from 'node:util';
import { linkEndOf } from '../link-words.js';
import { withSession } from '../session.js';
import { wordsFor } from '../usage.js';
import { waitForJob } from '../wait-job.js';

/** `paddock network measure ...` */
export async function measureCommand(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [network, a, b] = wordsFor(positionals, [
    'the network’s name',
    'a machine’s name',
    'another machine’s name',
  ]);
  await withSession(async (session) => {
    const from = linkEndOf(session, network, a);
    const { vmId, unit } = linkEndOf(session, network, b);
    const { jobId } = await session.client.must('links.measure', { from, to: { vmId, unit } });
    const job = await waitForJob(session, jobId);
    process.stdout.write(`${a} to ${b}: ${job.result ?? ''}\n`);
  });
}
