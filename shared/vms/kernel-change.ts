import type { Image } from '../images/image.js';
import { abilityChanges, abilityChangeText, type AbilityId } from '../kernels/abilities.js';
import { whyUnlikely } from '../kernels/fits-image.js';
import type { Kernel } from '../kernels/kernel.js';
import { runModeLacks } from '../kernels/run-mode.js';
import { translateNics, type Carried } from '../networks/translate.js';
import type { ChannelKind } from '../consoles/channel.js';
import { lineParts } from '../consoles/console-name.js';
import type { Nic } from '../networks/nic.js';
import type { VmView } from './vm-view.js';

/** Said in place of what changes, where that can't be told. */
export const PRESENT_UNKNOWN = 'What its present kernel has isn’t known, so what changes can’t be told.';

/** What of a machine its kernel matters to. */
type Machine = Pick<VmView, 'boot' | 'consoles' | 'disks' | 'runMode' | 'shares'> & {
  nics: readonly Pick<Nic, 'unit' | 'link'>[];
};

const channelAbilities: Readonly<Partial<Record<ChannelKind, AbilityId>>> = {
  null: 'channel-null',
  port: 'channel-port',
  pts: 'channel-pty',
  tty: 'channel-tty',
  xterm: 'channel-xterm',
};

/** What a machine needs of its kernel; not what its cards and its way of running need, which have words of their own. */
function abilitiesUsed({ boot, consoles, disks, shares }: Machine): Set<AbilityId> {
  const lines = consoles.flatMap(({ line, channel }) => [
    lineParts(line).kind === 'ssl' ? ('ssl' as const) : undefined,
    channelAbilities[channel.kind],
  ]);
  const used: (AbilityId | false | undefined)[] = [
    'mconsole',
    disks.length > 0 && 'ubd',
    (boot.root.kind !== 'disk' || shares.length > 0) && 'hostfs',
    disks.some(({ use }) => use === 'swap') && 'swap',
    ...lines,
  ];
  return new Set(used.filter((id) => typeof id === 'string'));
}

/**
 * What becomes of a machine that gets another kernel, as sentences: its cards, what it needs and would lose, and why it would
 * hardly boot. Empty when nothing that it uses changes. `image` is what its root is on, `networks` what its cards may be on; `from` is null when
 * it isn't known.
 */
export function kernelChangeTexts(
  vm: Machine,
  { image, networks }: { image: Pick<Image, 'filesystem'> | undefined; networks: Carried },
  from: Kernel | null,
  to: Kernel,
): string[] {
  const cards = translateNics(vm.nics, from, to, networks).flatMap(({ unit, text }) =>
    text === null ? [] : [`Card ${unit}: ${text}`],
  );
  const unlikely = whyUnlikely(to, vm.boot.root.kind === 'disk' && image ? image : { filesystem: 'unknown' });
  const lack = runModeLacks(vm.runMode, to.answers);
  const used = abilitiesUsed(vm);
  const lost = from
    ? abilityChanges(from.answers, to.answers).filter(
        ({ id, after }) => used.has(id) && (after === 'no' || after === 'module'),
      )
    : [];
  return [
    ...(from === null ? [PRESENT_UNKNOWN] : []),
    ...cards,
    ...(unlikely === null ? [] : [unlikely]),
    ...(lack === null
      ? []
      : [`${lack.what} can’t be had with it, and the machine won’t start with that. ${lack.why}`]),
    ...lost.map((change) => `${abilityChangeText(change)}.`),
  ];
}
