import { parseArgs } from 'node:util';
import {
  impairmentSchema,
  impairmentText,
  isUnimpaired,
  parseDelay,
  parseLoss,
  parseRate,
  unimpaired,
  type Impairment,
} from '@shared/networks/impairment.js';
import { linkEndOf } from '../link-words.js';
import { withSession } from '../session.js';
import { UsageError, wordsFor } from '../usage.js';

/** `paddock network impair ...` */
export async function impairCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      delay: { type: 'string' },
      jitter: { type: 'string' },
      loss: { type: 'string' },
      rate: { type: 'string' },
      clear: { type: 'boolean', default: false },
    },
  });
  const [network, link] = wordsFor(positionals, ['the network’s name', 'the machine’s name']);
  const { clear, ...said } = values;
  const isSaid = Object.keys(said).length > 0;
  if (clear === isSaid) throw new UsageError('say --delay, --jitter, --loss and --rate, or --clear');
  const read = <T>(
    word: string | undefined,
    parse: (text: string) => T | null,
    what: string,
    usual: T,
  ): T => {
    if (word === undefined) return usual;
    const value = parse(word);
    if (value === null) throw new UsageError(`${what}, not ${word}`);
    return value;
  };
  const parsed = impairmentSchema.safeParse({
    delayMs: read(said.delay, parseDelay, '--delay is a time such as 20ms', 0),
    jitterMs: read(said.jitter, parseDelay, '--jitter is a time such as 2ms', 0),
    lossPercent: read(said.loss, parseLoss, '--loss is a part such as 1%', 0),
    rateBits: read<number | null>(said.rate, parseRate, '--rate is a rate such as 10mbit', null),
  } satisfies Impairment);
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'that is no impairment');
  const wanted = parsed.data;
  await withSession(async (session) => {
    const end = linkEndOf(session, network, link);
    const impairment = clear || isUnimpaired(wanted) ? null : wanted;
    const { now } = await session.client.must('links.impair', { ...end, impairment });
    const words = impairmentText(impairment ?? unimpaired);
    process.stdout.write(`${link} on ${network}: ${words}${now ? '' : ', from its next start on'}\n`);
  });
}
