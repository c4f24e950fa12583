import type { Carrier } from './network.js';
import { whyWithout, type NetworkFacts, type NetworkProgram } from './network-facts.js';

/** A carrier that can be had, or all the reasons why none can. */
export type CarrierChoice =
  { ok: true; carrier: Carrier; why: string } | { ok: false; reasons: { carrier: Carrier; why: string }[] };

const bestFirst: readonly Carrier[] = ['namespace', 'vde'];

/** What a network of Paddock's is carried by here: what was wanted, else the best that there is. */
export function chooseCarrier(
  facts: NetworkFacts,
  { wanted, internet }: { wanted: Carrier | null; internet: boolean },
): CarrierChoice {
  const reasons: { carrier: Carrier; why: string }[] = [];
  for (const carrier of wanted === null ? bestFirst : [wanted]) {
    const why = whyNotCarrier(facts, carrier, internet);
    if (why === null) return { ok: true, carrier, why: whyChosen(carrier, wanted, reasons) };
    reasons.push({ carrier, why });
  }
  return { ok: false, reasons };
}

/** Why a carrier can't be had here; null when it can. */
export function whyNotCarrier(facts: NetworkFacts, carrier: Carrier, internet: boolean): string | null {
  switch (carrier) {
    case 'namespace': {
      const programs: NetworkProgram[] = ['ip', 'unshare', 'nsenter', 'dnsmasq'];
      return (
        facts.namespaces ??
        facts.tun ??
        whyWithout(facts, internet ? [...programs, 'nft', 'slirp4netns'] : programs)
      );
    }
    case 'vde':
      return whyWithout(
        facts,
        internet ? ['vde_switch', 'vde_plug', 'slirpvde'] : ['vde_switch', 'vde_plug'],
      );
  }
}

function whyChosen(
  carrier: Carrier,
  wanted: Carrier | null,
  reasons: readonly { carrier: Carrier; why: string }[],
): string {
  if (wanted !== null) return 'you chose it';
  const [better] = reasons;
  return better === undefined
    ? 'it is the quickest that an ordinary user can have'
    : `the quicker way, a network namespace, can’t be had: ${better.why}`;
}

/** What people read of a carrier. */
export const carrierWords: Readonly<Record<Carrier, { title: string; what: string }>> = {
  namespace: {
    title: 'Network namespace',
    what: 'a bridge with a tap for each machine, in a network namespace of yours',
  },
  vde: { title: 'VDE switch', what: 'vde_switch, a switch that is a program' },
};
