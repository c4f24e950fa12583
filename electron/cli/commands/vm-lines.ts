import { parseArgs } from 'node:util';
import { channelWords, wayToLine, whereItLeads } from '@shared/consoles/channel-words.js';
import { withSession } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, wordsFor } from '../usage.js';
import { lineName } from './console-options.js';

/** `paddock vm plug|unplug NAME LINE` */
export async function plugCommand(verb: 'plug' | 'unplug', args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [name, word] = wordsFor(positionals, ['the machine’s name', 'the line']);
  const line = lineName(word);
  await withSession(async (session) => {
    await session.client.must(`consoles.${verb}`, { vmId: session.vm(name).id, line });
    process.stdout.write(
      verb === 'plug'
        ? `${line} of ${name} is a tab; a login is there once its guest runs one on it\n`
        : `${line} of ${name} is gone\n`,
    );
  });
}

/** `paddock vm lines NAME` */
export async function linesCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const name = onlyWord(positionals, 'the machine’s name');
  await withSession(async (session) => {
    const vm = session.vm(name);
    const { lines } = await session.client.must('consoles.others', { vmId: vm.id });
    const others = lines.map(({ console, isSpare, said }) => ({
      ...console,
      isSpare,
      ...wayToLine(console.channel, said),
    }));
    const tabs = (vm.wired ?? vm.consoles).filter(({ channel }) => channel.kind === 'tab');
    if (values.json) return printJson({ tabs: tabs.map(({ line }) => line), others });
    printTable(
      ['LINE', 'LEADS TO', 'OPEN IT WITH'],
      [
        ...tabs.map(({ line, channel }) => [line, whereItLeads(channel), `paddock console ${name} ${line}`]),
        ...others.map(({ line, isSpare, where, command }) => [
          line,
          isSpare ? `${where} (spare)` : where,
          command ?? '-',
        ]),
      ],
    );
    const warning = others.some(({ channel }) => channel.kind === 'port') ? channelWords.port.warning : null;
    if (warning !== null) process.stdout.write(`${warning}\n`);
  });
}
