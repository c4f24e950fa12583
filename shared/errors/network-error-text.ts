import type { ErrorText } from './error-words.js';

/** The parameters of the errors about networks. */
export interface NetworkErrorParams {
  'network-unknown': { name: string };
  'network-name-taken': { name: string };
  'network-used': { name: string; machines: string };
  'network-on': { name: string; machines: string };
  'network-subnet': { subnet: string; why: string };
  'network-full': { name: string; subnet: string };
  'network-cable-full': { name: string; machines: string };
  'network-carrier': { name: string; why: string };
  'network-failed': { name: string; why: string };
  'nic-transport': { name: string; device: string; why: string };
  'nic-tool': { device: string; why: string };
  'nic-tap': { ifname: string; why: string; fix: string };
  'nic-path': { path: string; why: string };
  'nic-mixed': { name: string; ifname: string };
  'nic-open': { name: string; device: string };
  'nic-absent': { name: string; device: string };
  'nic-later': { name: string; device: string; why: string };
  'link-unknown': { network: string };
  'link-off': { machine: string; network: string };
  'capture-unknown': { id: string };
  'capture-refused': { link: string; why: string };
  'impair-refused': { link: string; why: string };
  'measure-refused': { a: string; b: string; why: string };
  'measure-no-address': { name: string; device: string };
  'viewer-missing': { why: string };
  'capture-goes-on': { link: string };
  'nic-interface': { ifname: string };
  'nic-port': { address: string; port: number; why: string };
  'nic-rights': { title: string };
  'forward-refused': { address: string; port: number; why: string };
  'host-setup-refused': { name: string; why: string };
  'host-setup-rights': { why: string };
  'host-setup-unknown': { name: string };
}

/** What they say. */
export const networkErrorTexts: {
  readonly [C in keyof NetworkErrorParams]: (params: NetworkErrorParams[C]) => ErrorText;
} = {
  'network-unknown': (p) => ({
    sentence: `There is no network called ${p.name}.`,
    fix: '“paddock network list” shows the networks there are.',
  }),
  'network-name-taken': (p) => ({
    sentence: `There is a network called ${p.name} already.`,
    fix: 'Choose another name.',
  }),
  'network-used': (p) => ({
    sentence: `${p.name} can’t be deleted: ${p.machines} ${p.machines.includes(',') ? 'are' : 'is'} plugged into it.`,
    fix: 'Unplug them first, in their network settings.',
  }),
  'network-on': (p) => ({
    sentence: `${p.name} can’t be changed like that while machines run on it: ${p.machines}.`,
    fix: 'Shut them down first.',
  }),
  'network-subnet': (p) => ({
    sentence: `The range ${p.subnet} can’t be used: ${p.why}.`,
    fix: 'Choose another one, such as 10.77.5.0/24.',
  }),
  'network-full': (p) => ({
    sentence: `${p.name} has no address left in ${p.subnet} for one more card.`,
    fix: 'Make another network with a larger range.',
  }),
  'network-cable-full': (p) => ({
    sentence: `Both ends of the cable ${p.name} are taken, by ${p.machines}.`,
    fix: 'Make another cable, or a switch for more than two machines.',
  }),
  'network-carrier': (p) => ({
    sentence: `The network ${p.name} can’t be made on this computer: ${p.why}.`,
    fix: 'Diagnostics shows how to get what is missing.',
  }),
  'network-failed': (p) => ({
    sentence: `The network ${p.name} doesn’t work: ${p.why}.`,
    fix: 'Shut down its machines and start them again.',
  }),
  'nic-transport': (p) => ({
    sentence: `${p.device} of ${p.name} can’t be plugged in like that: ${p.why}.`,
    fix: 'Lead it somewhere else, or choose another kernel.',
  }),
  'nic-tool': (p) => ({
    sentence: `${p.device} can’t be led there: ${p.why}.`,
    fix: 'Install it, or lead the card somewhere else.',
  }),
  'nic-tap': (p) => ({ sentence: `The tap ${p.ifname} can’t be used: ${p.why}.`, fix: p.fix }),
  'nic-path': (p) => ({
    sentence: `${p.path} can’t be used by a network card: ${p.why}.`,
    fix: 'Start what listens there, or correct the path.',
  }),
  'nic-open': (p) => ({
    sentence: `The guest of ${p.name} uses ${p.device}, so its kernel doesn’t let go of it.`,
    fix: `Give “ip link set ${p.device} down” in the guest and try again; what you chose counts from its next start in any case.`,
  }),
  'nic-absent': (p) => ({
    sentence: `The kernel of ${p.name} said yes to ${p.device}, and has no such card.`,
    fix: 'The end of its console’s log says why. What you chose counts from its next start.',
  }),
  'nic-later': (p) => ({
    sentence: `${p.device} of ${p.name} can’t be changed while it runs: ${p.why}.`,
    fix: 'What you chose is kept, and counts from its next start.',
  }),
  'nic-interface': (p) => ({
    sentence: `This computer has no interface ${p.ifname}.`,
    fix: '“paddock network host-setup veth” shows how root makes one.',
  }),
  'nic-port': (p) => ({
    sentence: `A network card can’t listen at UDP port ${p.port} of ${p.address}: ${p.why}.`,
    fix: 'Choose another port, at both ends.',
  }),
  'nic-rights': (p) => ({
    sentence: `${p.title} needs raw sockets, which an ordinary user’s kernel may not open.`,
    fix: 'Choose another way, or a copy of the kernel with the rights: “paddock network host-setup kernel”.',
  }),
  'nic-mixed': (p) => ({
    sentence: `${p.name} can’t be on ${p.ifname} of this computer and on a network in a namespace at once.`,
    fix: 'Set the carrier of its networks to VDE, which can.',
  }),
  'link-unknown': (p) => ({
    sentence: `There is no such card on ${p.network}.`,
    fix: '“paddock network show” lists the cards that are on it.',
  }),
  'link-off': (p) => ({
    sentence: `Nothing goes between ${p.machine} and ${p.network} now: the machine is off.`,
    fix: 'Start it.',
  }),
  'capture-unknown': (p) => ({
    sentence: `There is no capture ${p.id}.`,
    fix: '“paddock network capture list” shows the captures there are.',
  }),
  'capture-refused': (p) => ({
    sentence: `What goes over ${p.link} can’t be captured: ${p.why}.`,
    fix: 'The reason says what is in the way.',
  }),
  'impair-refused': (p) => ({
    sentence: `${p.link} can’t be delayed, narrowed or made to lose frames: ${p.why}.`,
    fix: 'The reason says what is in the way.',
  }),
  'measure-refused': (p) => ({
    sentence: `The way between ${p.a} and ${p.b} can’t be measured: ${p.why}.`,
    fix: 'The reason says what is in the way.',
  }),
  'measure-no-address': (p) => ({
    sentence: `${p.name} has no IPv4 address on ${p.device}.`,
    fix: 'Give it one in the guest: ip addr add 192.168.5.1/24 dev …',
  }),
  'viewer-missing': (p) => ({
    sentence: `The capture can’t be shown in Wireshark: ${p.why}.`,
    fix: 'Install it, or save the capture and open it elsewhere.',
  }),
  'capture-goes-on': (p) => ({
    sentence: `The capture of ${p.link} still goes on.`,
    fix: 'Stop it first.',
  }),
  'host-setup-refused': (p) => ({
    sentence: `${p.name} can’t be set up on this computer: ${p.why}.`,
    fix: 'Change what it says, and look at the list again.',
  }),
  'host-setup-rights': (p) => ({
    sentence: `The list was not carried out as root: ${p.why}.`,
    fix: 'Try again, or copy the list and run it as root.',
  }),
  'host-setup-unknown': (p) => ({
    sentence: `Paddock made nothing called ${p.name} on this computer.`,
    fix: '“paddock network host-setup” shows what it made.',
  }),
  'forward-refused': (p) => ({
    sentence: `Port ${p.port} of ${p.address} can’t be forwarded: ${p.why}.`,
    fix: p.port < 1024 ? 'Choose a port from 1024 on, which needs no rights.' : 'Choose another port.',
  }),
};
