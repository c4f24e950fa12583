import { reportWords } from '@shared/debug/kernel-report.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { RunEnd, RunEvent } from '@shared/vms/run.js';
import type { VmEvent } from '@shared/vms/vm-state.js';
import { plural } from '../../lib/format.js';
import { visibleLine } from '../../lib/visible-text.js';

/** An event in words: what happened, why or what was said, and how it is to be taken. */
export interface EventWords {
  what: string;
  /** Why, in the interface's words. */
  why: string;
  /** What the guest or a person wrote; not ours, so it is set apart. */
  quote: string;
  level: 'plain' | 'good' | 'bad';
}

const stateWords: Readonly<Record<VmEvent, string>> = {
  start: 'Started',
  up: 'Kernel runs',
  pause: 'Paused',
  resume: 'Goes on',
  stop: 'Being stopped',
  stay: 'Runs on',
  end: 'Stopped',
  crash: 'Crashed',
  break: 'Broken',
  mend: 'Mended',
};

const causeWords: Readonly<Record<string, string>> = {
  asked: 'as asked',
  shutdown: 'the guest was asked to shut down',
  halt: 'its kernel was told to halt',
  terminate: 'its processes were asked to end',
  kill: 'its processes were killed',
};

/** An event of a run in words. `end`: how that run ended, if it has. */
export function eventWords(event: RunEvent, end: RunEnd | null): EventWords {
  const words = (what: string, why = '', rest: Partial<EventWords> = {}): EventWords => ({
    what,
    why,
    quote: '',
    level: 'plain',
    ...rest,
  });
  switch (event.kind) {
    case 'state': {
      const isEnd = event.event === 'end' || event.event === 'crash';
      const why = isEnd && end ? stopReasonText(end.reason).short : (causeWords[event.cause] ?? event.cause);
      const level = event.to === 'crashed' || event.to === 'broken' ? 'bad' : 'plain';
      return words(stateWords[event.event], visibleLine(why), { level });
    }
    case 'message':
      return words('Guest says', '', { quote: visibleLine(event.text) });
    case 'panic':
      return words('Panic', '', { quote: visibleLine(event.text), level: 'bad' });
    case 'hint':
      return words('No MMU', event.text);
    case 'lost':
      return words('Network', event.text, { level: 'bad' });
    case 'reboot':
      return words('Rebooted', 'in place: the same process, the same consoles');
    case 'login':
      return words('Login prompt', `on ${event.console}`, { level: 'good' });
    case 'ready':
      return words('Guest ready', `its tools say so (version ${event.version})`, { level: 'good' });
    case 'shares': {
      const failed = event.shares.filter(({ why }) => why !== null);
      const mounted = event.shares.filter(({ why }) => why === null).map(({ name }) => `/mnt/${name}`);
      return words(
        failed.length > 0 ? 'Not mounted' : 'Mounted',
        failed.length > 0 ? failed.map(({ name }) => name).join(', ') : mounted.join(', '),
        {
          quote: visibleLine(failed.map(({ why }) => why).join('; ')),
          level: failed.length > 0 ? 'bad' : 'good',
        },
      );
    }
    case 'command':
      return words(event.ok ? 'Command' : 'Command refused', '', { quote: visibleLine(event.command) });
    case 'strays':
      return words('Tidied up', `${plural(event.count, 'process', 'processes')} that outlived it were ended`);
    case 'report':
      return words(reportWords[event.report], '', { quote: visibleLine(event.text), level: 'bad' });
    case 'debug':
      return words(event.what === 'attached' ? 'Debugged' : 'Let go of', `by ${event.tool}`);
    case 'adopted':
      return words('Found running', 'by a new host; what came just before was not seen');
    case 'dropped':
      return words('Left out', `${plural(event.count, 'event')}: too many came at once`);
  }
}
