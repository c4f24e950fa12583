import { parseForward } from '@shared/networks/forward.js';
import type { NetworkView } from '@shared/networks/network.js';
import { NICS_MAX, wantedNicsSchema, type Nic, type WantedNic } from '@shared/networks/nic.js';
import { transportNames, type TransportName } from '@shared/networks/transports/index.js';
import { UsageError } from '../usage.js';

/**
 * The network cards that `--nic WHERE[,OPTION ...]` names, in their order. WHERE: internet, a network's name, tap:IFNAME,
 * transport:NAME or none. Cards that were there keep their addresses.
 */
export function namedNics(
  words: readonly string[],
  networks: readonly NetworkView[],
  before: readonly Nic[] = [],
): WantedNic[] {
  if (words.length > NICS_MAX) throw new UsageError(`a machine has at most ${NICS_MAX} network cards`);
  const nics = words.map((word, unit) => {
    const mac = before.find((nic) => nic.unit === unit)?.mac;
    return { unit, ...(mac === undefined ? {} : { mac }), link: link(word, networks) };
  });
  const parsed = wantedNicsSchema.safeParse(nics);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(
    `--nic ${words[Number(issue?.path[0] ?? 0)] ?? ''}: ${issue?.path.at(-1)?.toString() ?? ''}: ${issue?.message ?? ''}`,
  );
}

function link(word: string, networks: readonly NetworkView[]): unknown {
  const [where = '', ...options] = word.split(',');
  const wrong = (what: string): UsageError => new UsageError(`--nic ${word}: ${what}`);
  if (where.startsWith('transport:')) {
    const transport = where.slice('transport:'.length);
    if (!transportNames.includes(transport as TransportName))
      throw wrong(`the transports are ${transportNames.join(', ')}`);
    const pairs = options.map((option) => {
      const at = option.indexOf('=');
      if (at < 1) throw wrong(`${option} is no OPTION=VALUE`);
      return [option.slice(0, at), option.slice(at + 1)];
    });
    return { kind: 'transport', transport, options: Object.fromEntries(pairs) };
  }
  let reachesHost = false;
  const forwards = options.flatMap((option) => {
    if (option === 'reach-host') {
      reachesHost = true;
      return [];
    }
    const forward = option.startsWith('forward=') ? parseForward(option.slice('forward='.length)) : null;
    if (forward === null)
      throw wrong(`${option} is neither reach-host nor a forward=[udp:][ADDRESS:]PORT:GUESTPORT`);
    return [forward];
  });
  if (where === 'internet') return { kind: 'internet', reachesHost, forwards };
  if (reachesHost) throw wrong('reach-host goes with internet; of a network it is set with the network');
  const network = networks.find(({ name, id }) => name === where || id === where);
  if (network) return { kind: 'network', networkId: network.id, forwards };
  if (forwards.length > 0) throw wrong('forwards go with internet and with networks');
  if (where === 'none') return { kind: 'none' };
  if (where.startsWith('tap:')) return { kind: 'tap', ifname: where.slice('tap:'.length) };
  throw wrong(
    'there is no such network; it may be internet, a network’s name, tap:NAME, transport:NAME or none',
  );
}
