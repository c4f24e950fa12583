import { failure, Failure } from '@shared/errors/paddock-error.js';
import type { CheckFix } from '@shared/diagnostics/check.js';
import type { ImageService } from '../images/image-service.js';
import { log } from '../platform/log.js';
import type { Check } from './diagnostics.js';
import type { Leftover, Leftovers } from './leftovers.js';

/** So many are named; the rest is counted. */
const NAMED = 4;

/** Nothing is left of dead machines and dead jobs; what is can be removed, as it was listed. */
export function leftoversCheck(leftovers: Leftovers, images: ImageService): Check {
  let listed: readonly Leftover[] = [];
  let unlisted: readonly string[] = [];
  return {
    id: 'leftovers',
    title: 'Leftovers',
    applies: () => true,
    check: async () => {
      listed = await leftovers.find();
      unlisted = leftovers.unlistedImages();
      const texts = [
        ...(listed.length > 0
          ? [`left of dead machines and jobs: ${inWords(listed.map(({ name }) => name))}`]
          : []),
        ...(unlisted.length > 0 ? [`images that are not listed: ${inWords(unlisted)}`] : []),
      ];
      if (texts.length === 0) return { level: 'ok', text: 'nothing is left of dead machines', fixes: [] };
      return { level: 'warn', text: texts.join('; '), fixes: fixesFor(listed.length, unlisted.length) };
    },
    fixes: {
      remove: async () => {
        for (const one of listed) await removeOne(one);
      },
      list: async () => {
        for (const path of unlisted) await images.resolve(path);
      },
    },
  };
}

async function removeOne({ name, isDead, remove }: Leftover): Promise<void> {
  if (!isDead()) return;
  try {
    // Nothing is awaited between the look and the deed: no start of this host's can come between.
    await remove();
    log('info', 'leftover removed', { name });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw failure('fix-failed', { what: `Removing ${name}`, why: (error as Error).message });
  }
}

function fixesFor(dead: number, unlisted: number): CheckFix[] {
  const fixes: CheckFix[] = [];
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  if (dead > 0)
    fixes.push({ id: 'remove', label: `Remove ${plural(dead, 'leftover')}`, command: null, runnable: true });
  if (unlisted > 0)
    fixes.push({ id: 'list', label: `List ${plural(unlisted, 'image')}`, command: null, runnable: true });
  return fixes;
}

function inWords(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return [...names.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
