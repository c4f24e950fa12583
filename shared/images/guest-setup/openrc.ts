import { rootFile, type TreePut } from '../tree-edits.js';
import { openrcServices, servicePath, type GuestFacts } from './guest-facts.js';
import { link, TERMINAL, TOOLS, type InitWants } from './inits.js';

/** What BusyBox's init is to do for OpenRC, as OpenRC's own documentation has it; for a tree without an inittab. */
const STAGES = [
  '::sysinit:/sbin/openrc sysinit',
  '::sysinit:/sbin/openrc boot',
  '::wait:/sbin/openrc default',
  '::ctrlaltdel:/sbin/reboot',
  '::shutdown:/sbin/openrc shutdown',
];

/**
 * OpenRC on BusyBox's init, as Alpine has it: its own inittab with gettys on tty0 and so on, and the services started
 * without which there is no /sys and no name. An image of a container has the services and starts none.
 */
export function openrcPuts(facts: GuestFacts, wants: InitWants): { puts: TreePut[]; notes: string[] } {
  const kept = (facts.texts['etc/inittab'] ?? '')
    .split('\n')
    .filter((line) => !/^[^#]*getty/.test(line) && !line.includes(TOOLS));
  const stages = kept.some((line) => /^[^#]*openrc/.test(line)) ? [] : STAGES;
  const services = openrcServicePuts(facts, wants);
  const lines = [
    ...kept,
    ...stages,
    ...consoles(wants, (n) =>
      facts.real['sbin/getty'] === null && wants.hasAgetty
        ? `tty${n}::respawn:/sbin/agetty --noclear tty${n} ${TERMINAL}`
        : `tty${n}::respawn:${facts.real['sbin/getty'] === null ? '/bin/busybox getty' : '/sbin/getty'} 38400 tty${n} ${TERMINAL}`,
    ),
    ...(wants.guestTools ? [`::respawn:${TOOLS} --stay`] : []),
  ].filter((line) => line !== '');
  return {
    puts: [...services.puts, rootFile('etc/inittab', `${lines.join('\n')}\n`)],
    notes: services.notes,
  };
}

/** OpenRC's own init, which reads no inittab: each login is a service (its agetty-guide.md). */
export function openrcInitPuts(facts: GuestFacts, wants: InitWants): { puts: TreePut[]; notes: string[] } {
  const { puts, notes } = openrcServicePuts(facts, wants);
  const hasAgetty = facts.real[servicePath('agetty')] !== null;
  if (!hasAgetty) notes.push('Its consoles have no login: OpenRC’s init needs its service agetty for that.');
  const names = consoles(wants, (n) => `agetty.tty${n}`);
  return {
    puts: [
      ...puts,
      ...(hasAgetty ? names : []).flatMap((name) => [
        link(`etc/init.d/${name}`, 'agetty'),
        link(`etc/runlevels/default/${name}`, `/etc/init.d/${name}`),
        rootFile(`etc/conf.d/${name}`, `term_type="${TERMINAL}"\nagetty_options="--noclear"\n`),
      ]),
      ...(wants.guestTools
        ? [
            rootFile('etc/init.d/paddock-guest-tools', TOOLS_SERVICE, 0o755),
            link('etc/runlevels/default/paddock-guest-tools', '/etc/init.d/paddock-guest-tools'),
          ]
        : []),
    ],
    notes,
  };
}

const TOOLS_SERVICE = `#!/sbin/openrc-run
description="Paddock guest tools"
command=${TOOLS}
command_args=--stay
command_background=yes
pidfile=/run/paddock-guest-tools.pid
`;

function consoles<T>(wants: InitWants, of: (n: number) => T): T[] {
  return Array.from({ length: wants.consoles }, (_, n) => of(n));
}

function openrcServicePuts({ real }: GuestFacts, wants: InitWants): { puts: TreePut[]; notes: string[] } {
  const puts: TreePut[] = [];
  const start = (name: string, runlevel: string): void =>
    void puts.push(link(`etc/runlevels/${runlevel}/${name}`, `/etc/init.d/${name}`));
  for (const [runlevel, names] of Object.entries(openrcServices))
    for (const name of names) if (real[servicePath(name)] !== null) start(name, runlevel);
  const notes: string[] = [];
  if (wants.hasNetwork && real[servicePath('networking')] !== null) start('networking', 'boot');
  else if (wants.hasNetwork)
    notes.push('The network is not started: the guest’s OpenRC has no service networking.');
  return { puts, notes };
}
