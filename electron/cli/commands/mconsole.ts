import { visibleControls } from '@shared/consoles/visible-controls.js';
import { mconsoleCommands, procFiles, sysrqKeys, sysrqRefused } from '@shared/mconsole/mconsole-commands.js';
import { withSession } from '../session.js';
import { UsageError } from '../usage.js';

/** `paddock mconsole NAME COMMAND...`; without a command it says which there are. */
export async function mconsoleCommand([name, ...words]: string[]): Promise<void> {
  if (name === undefined) throw new UsageError('the machine’s name is missing');
  if (words.length === 0) return void process.stdout.write(commandsText());
  await withSession(async (session) => {
    const { id } = session.vm(name);
    const { text } = await session.client.must('vms.mconsole', { id, command: words.join(' ') });
    process.stdout.write(answerText(text));
  });
}

/** What a kernel answered, safe to print, ending with a line end. */
export function answerText(text: string): string {
  return text === '' ? '' : `${visibleControls(text).replace(/\n$/, '')}\n`;
}

function commandsText(): string {
  const line = (words: string, note: string): string => `  ${words.padEnd(16)}${note}`;
  return [
    ...mconsoleCommands.map(({ word, argument, note }) =>
      line(argument === null ? word : `${word} ${argument.example}`, note),
    ),
    '',
    'sysrq KEY:',
    ...Object.entries(sysrqKeys).map(([key, note]) => line(key, note)),
    ...Object.entries(sysrqRefused).map(([key, why]) => line(key, `Not sent. ${why}`)),
    '',
    `proc FILE, among others: ${procFiles.join(' ')}`,
    '',
  ].join('\n');
}
