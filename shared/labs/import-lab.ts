import { stringify } from 'yaml';
import { parseForward } from '../networks/forward.js';
import { NICS_MAX } from '../networks/nic.js';
import { MEMORY_MIN_MIB } from '../vms/vm-spec.js';
import { isVmName, nearestVmName } from '../vms/vm-name.js';
import type { z } from 'zod';
import type { labFileSchema } from './lab-file.js';

/** A lab of Netkit or Kathara, as its folder has it. */
export interface ForeignLab {
  /** Its folder's name, for want of a better one. */
  name: string;
  /** lab.conf: `machine[key]=value` a line. */
  conf: string;
  /** lab.dep: `machine: those before it` a line. */
  dep: string | null;
  /** NAME.startup by the machine's name. */
  startups: Readonly<Record<string, string>>;
  /** Text files of machines, which go to the same places in the guest. */
  files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files that could not be read as text. */
  untaken: readonly string[];
}

type LabInput = z.input<typeof labFileSchema>;
type MachineInput = LabInput['machines'][string];

/** The lab as a file of Paddock's, and a sentence for each thing that could not be taken over. */
export function importLab(foreign: ForeignLab): { text: string; remarks: string[] } {
  const remarks: string[] = [];
  const lab: LabInput & { networks: NonNullable<LabInput['networks']> } = {
    'paddock-lab': 1,
    name: foreign.name.slice(0, 40) || 'lab',
    note: '',
    networks: {},
    machines: {},
  };
  const cards = new Map<string, Map<number, string>>();
  const bridged = new Set<string>();
  const facts: string[] = [];
  const names = new Map<string, string>();
  /** Its name here; Paddock's are stricter. */
  const nameOf = (machine: string): string => {
    const known = names.get(machine);
    if (known !== undefined) return known;
    const name = isVmName(machine) ? machine : nearestVmName(machine);
    if (name !== machine) remarks.push(`${machine} is called ${name} here.`);
    names.set(machine, name);
    lab.machines[name] = { eth: true, cards: [] };
    return name;
  };
  const machineOf = (machine: string): MachineInput => lab.machines[nameOf(machine)] ?? {};

  for (const [index, line] of foreign.conf.split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const fact = /^LAB_(\w+)=["']?(.*?)["']?$/.exec(text);
    if (fact) {
      facts.push(`${(fact[1] ?? '').toLowerCase()}: ${fact[2] ?? ''}`);
      if (fact[1] === 'NAME' && fact[2]) lab.name = fact[2].slice(0, 40);
      continue;
    }
    const [, machine = '', key = '', quoted = ''] = /^([\w.-]+)\[([^\]]+)\]\s*=\s*(.*)$/.exec(text) ?? [];
    const value = /^(["'])(.*)\1$/.exec(quoted)?.[2] ?? quoted;
    if (machine === '') {
      remarks.push(`Line ${index + 1} of lab.conf was not understood: ${text}`);
      continue;
    }
    const said = setting(machineOf(machine), key, value, (unit, domain) => {
      const mine = cards.get(machine) ?? new Map<number, string>();
      mine.set(unit, domain);
      cards.set(machine, mine);
    });
    if (said === 'bridged') bridged.add(machine);
    else if (said !== null) remarks.push(`${machine}: ${said}`);
  }

  const domains = new Map<string, number>();
  for (const mine of cards.values())
    for (const domain of mine.values()) domains.set(domain, (domains.get(domain) ?? 0) + 1);
  for (const domain of domains.keys()) lab.networks[domain] = { dhcp: false };
  for (const [machine, mine] of cards) {
    const own = machineOf(machine);
    const last = Math.max(...mine.keys());
    // A gap would move the numbers of the cards behind it.
    own.cards = Array.from({ length: Math.min(last + 1, NICS_MAX) }, (_, unit) => {
      const network = mine.get(unit);
      if (network === undefined) remarks.push(`${machine}: it has no card ${unit}; one was put there.`);
      return { network: network ?? [...domains.keys()][0] ?? '', address: 'none' as const };
    });
    if (last >= NICS_MAX) remarks.push(`${machine}: of its cards only ${NICS_MAX} were taken.`);
  }
  for (const machine of bridged) {
    const own = machineOf(machine);
    if ((own.cards ?? []).length < NICS_MAX) own.cards = [...(own.cards ?? []), { internet: true }];
  }
  for (const [machine, text] of Object.entries(foreign.startups)) {
    if (!names.has(machine) && machine !== 'shared') {
      // Netkit takes a startup file alone for a machine without cards.
      nameOf(machine);
    }
    if (machine !== 'shared') machineOf(machine).run = text;
  }
  const shared = foreign.startups['shared'];
  for (const own of Object.values(lab.machines)) if (shared) own.run = `${shared}\n${own.run ?? ''}`;
  for (const [folder, files] of Object.entries(foreign.files)) {
    if (folder === 'shared') {
      if (Object.keys(files).length > 0) remarks.push('The files in shared/ were not taken over.');
      continue;
    }
    if (!names.has(folder)) {
      remarks.push(`The folder ${folder}/ belongs to no machine of lab.conf and was left.`);
      continue;
    }
    const takeable = Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes("'")));
    if (Object.keys(takeable).length > 0) machineOf(folder).files = takeable;
  }
  for (const line of (foreign.dep ?? '').split('\n')) {
    const [, machine = '', others = ''] = /^\s*([\w.-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (names.has(machine))
      machineOf(machine).after = others
        .split(/\s+/)
        .filter((other) => names.has(other))
        .map(nameOf);
  }
  if (foreign.untaken.length > 0)
    remarks.push(`Not taken over, because they are no plain texts: ${foreign.untaken.join(', ')}.`);
  lab.note = facts.join('\n');
  return { text: stringify(lab satisfies z.input<typeof labFileSchema>, { lineWidth: 0 }), remarks };
}

/** Carries out `machine[key]=value`; a sentence about what could not be, 'bridged', or null. */
function setting(
  machine: MachineInput,
  key: string,
  value: string,
  plug: (unit: number, domain: string) => void,
): string | null {
  if (/^\d+$/.test(key)) {
    const [domain = '', mac] = value.split('/');
    if (!/^\w[\w -]{0,39}$/.test(domain)) return `card ${key} is on “${value}”, which can be no network.`;
    plug(Number(key), domain);
    return mac === undefined ? null : `card ${key} gets an address of Paddock’s, not ${mac}.`;
  }
  switch (key) {
    case 'mem': {
      const mib = memoryOf(value);
      if (mib === null) return `“mem=${value}” was not understood.`;
      machine.memory = Math.max(mib, MEMORY_MIN_MIB);
      return null;
    }
    case 'bridged':
      return value === 'true' || value === '1' ? 'bridged' : null;
    case 'port': {
      const forward = parseForward(portText(value));
      if (!forward) return `“port=${value}” was not understood.`;
      return `“port=${value}” was left out: a card with internet can have forwards: [${portText(value)}].`;
    }
    case 'exec':
      machine.run = `${machine.run ?? ''}${value}\n`;
      return null;
    case 'image':
      return `its container image ${value} was not taken; it boots the tiny Linux. Give it an image that has its programs.`;
    case 'sysctl':
      machine.run = `${machine.run ?? ''}sysctl -w '${value.replaceAll("'", '')}'\n`;
      return null;
    default:
      return `“${key}=${value}” has nothing like it here.`;
  }
}

/** 64, 64M, 1g as mebibytes. */
function memoryOf(value: string): number | null {
  const [, number = '', unit = 'm'] = /^(\d{1,6})([kKmMgG]?)[bB]?$/.exec(value) ?? [];
  if (number === '') return null;
  const factor = { k: 1 / 1024, m: 1, g: 1024 }[(unit || 'm').toLowerCase()] ?? 1;
  return Math.ceil(Number(number) * factor);
}

/** 8080:80/tcp as Paddock writes it. */
function portText(value: string): string {
  const [ports = '', protocol = 'tcp'] = value.split('/');
  return `${protocol === 'udp' ? 'udp:' : ''}${ports}`;
}
