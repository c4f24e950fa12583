import type { Channel, ChannelKind } from './channel.js';
import type { LineName } from './console-name.js';

/** What a kind of channel is called, what it is, and what has to be known before it is chosen. */
export interface ChannelWords {
  title: string;
  text: string;
  warning: string | null;
}

/** The words for every kind of channel, in the order in which they are offered. */
export const channelWords: Readonly<Record<ChannelKind, ChannelWords>> = {
  tab: { title: 'A tab', text: 'shown here, with a log', warning: null },
  pts: { title: 'A pseudo terminal', text: 'that screen can open', warning: null },
  tty: { title: 'A terminal', text: 'such as /dev/ttyS0', warning: null },
  fd: {
    title: 'Files or pipes',
    text: 'one to read, one to write',
    warning: null,
  },
  port: {
    title: 'A TCP port',
    text: 'for telnet',
    warning:
      'UML listens on every address of this computer. Whoever reaches the port gets the console, unencrypted and with no password but the guest’s.',
  },
  xterm: { title: 'A terminal window', text: 'on this desktop', warning: null },
  null: { title: 'Nowhere', text: 'it is there, and silent', warning: null },
};

/** Where a line leads, in a few words. */
export function whereItLeads(channel: Channel): string {
  switch (channel.kind) {
    case 'fd':
      return `${channel.input ?? 'nothing'} in, ${channel.output ?? 'nothing'} out`;
    case 'port':
      return `TCP port ${channel.port}`;
    case 'tty':
      return channel.device;
    case 'tab':
    case 'null':
    case 'pts':
    case 'xterm':
      return channelWords[channel.kind].title.toLowerCase();
  }
}

/**
 * The command that opens a line from a shell, and where it leads at this moment. `said` is the kernel's answer to
 * `config LINE`, null when it gave none; it is not believed beyond the one form it has for a pseudo terminal.
 */
export function wayToLine(channel: Channel, said: string | null): { where: string; command: string | null } {
  const device = /^pts:(\/dev\/pts\/\d{1,9})$/.exec(said ?? '')?.[1];
  if (channel.kind === 'pts')
    return device === undefined
      ? { where: 'a pseudo terminal, once the guest opens it', command: null }
      : { where: device, command: `screen ${device}` };
  if (channel.kind === 'port')
    return { where: whereItLeads(channel), command: `telnet localhost ${channel.port}` };
  return { where: whereItLeads(channel), command: null };
}

/** What has to be known of a line that leads there. */
export function lineRemarks(line: LineName, kind: ChannelKind): { level: 'plain' | 'warn'; text: string }[] {
  const { warning } = channelWords[kind];
  const remarks: { level: 'plain' | 'warn'; text: string }[] = [];
  if (warning !== null) remarks.push({ level: 'warn', text: warning });
  if (line !== 'con0' || kind === 'tab') return remarks;
  if (kind === 'port')
    remarks.push({ level: 'warn', text: 'Its boot waits until somebody connects to this port.' });
  remarks.push({ level: 'plain', text: 'What its kernel prints is kept in its log all the same.' });
  return remarks;
}
