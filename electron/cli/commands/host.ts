import { Session } from '../session.js';
import { UsageError } from '../usage.js';

/** `paddock host start|status|quit`. A host with nothing to do ends by itself; one that starts machines has. */
export async function hostCommand([verb]: string[]): Promise<void> {
  if (verb !== 'start' && verb !== 'status' && verb !== 'quit')
    throw new UsageError(`there is no host command ${verb ?? ''}`);
  const session = await (verb === 'start' ? Session.open() : Session.openRunning());
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
