import { parseArgs } from 'node:util';
import { paddockPaths } from '../../link/paddock-paths.js';
import { Session, withSession } from '../session.js';
import { printJson } from '../table.js';
import { UsageError } from '../usage.js';

/** `paddock host status|quit` */
export async function hostCommand([verb]: string[]): Promise<void> {
  if (verb !== 'status' && verb !== 'quit') throw new UsageError(`there is no host command ${verb ?? ''}`);
  const session = await Session.openRunning();
  if (!session) return void process.stdout.write('No host runs. It starts when it is needed.\n');
  const hello = await session.client.hello();
  if (verb === 'quit') {
    await session.client.must('host.quit', {});
    process.stdout.write(`Host ${hello.pid} ends. Its machines go on.\n`);
  } else {
    process.stdout.write(`Host ${hello.pid}, version ${hello.version}, data in ${hello.dataDir}\n`);
  }
  session.close();
}

/** `paddock doctor`: exit code 1 when something stands in the way. */
export async function doctorCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async (session) => {
    const checks = await session.client.must('diagnostics.run', {});
    if (values.json) printJson({ log: paddockPaths().hostLog, checks });
    else {
      for (const { level, title, text, fixCommand } of checks) {
        const mark = level === 'ok' ? 'ok  ' : level === 'warn' ? 'warn' : 'FAIL';
        process.stdout.write(`${mark}  ${title}: ${text}${fixCommand ? `\n      ${fixCommand}` : ''}\n`);
      }
    }
    if (checks.some((check) => check.level === 'error')) process.exitCode = 1;
  });
}
