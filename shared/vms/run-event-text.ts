import { assertNever } from '../assert-never.js';
import { reportWords } from '../debug/kernel-report.js';
import type { RunEvent } from './run.js';

/** What happened, in words. What a guest said stands in it as it came. */
export function runEventText(event: RunEvent): string {
  switch (event.kind) {
    case 'state':
      return event.from === event.to
        ? `${event.to}: ${event.cause}`
        : `${event.from} → ${event.to}: ${event.cause}`;
    case 'message':
      return `The guest said: ${event.text}`;
    case 'panic':
      return `The kernel panicked: ${event.text}`;
    case 'hint':
    case 'lost':
      return event.text;
    case 'reboot':
      return 'The guest restarted in place.';
    case 'login':
      return `A login prompt stands on ${event.console}.`;
    case 'ready':
      return `The guest tools (version ${event.version}) say that the guest is ready.`;
    case 'shares':
      return `Shared folders: ${event.shares.map(({ name, why }) => (why === null ? `${name} is mounted` : `${name} is not: ${why}`)).join('; ') || 'the guest said nothing of them'}.`;
    case 'command':
      return `Its management console was given “${event.command}”${event.ok ? '' : ', and refused it'}.`;
    case 'strays':
      return `${event.count} ${event.count === 1 ? 'process' : 'processes'} outlived it and ${event.count === 1 ? 'was' : 'were'} ended.`;
    case 'report':
      return `The kernel reported: ${reportWords[event.report]}: ${event.text}`;
    case 'debug':
      return event.what === 'attached'
        ? `${event.tool} was attached to its kernel.`
        : `${event.tool} has let go of its kernel.`;
    case 'adopted':
      return 'A new host found it running. What happened before that was not seen.';
    case 'dropped':
      return `${event.count} messages of the guest were left out: they came too fast, or were too many.`;
    default:
      return assertNever(event);
  }
}
