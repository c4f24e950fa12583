import type { Image } from '@shared/images/image.js';
import { callHost } from '../../stores/connection-store.js';
import { setImageProblem, showGone } from '../../stores/images-store.js';

/** Does something to an image that needs no more words; why it was refused stands on its page. */
export async function askImage(
  name: 'images.checksum' | 'images.compact' | 'images.trash',
  { id, name: called }: Image,
): Promise<boolean> {
  const outcome = await callHost(name, { id });
  setImageProblem(id, outcome.ok ? null : outcome.error);
  if (outcome.ok && name === 'images.trash') showGone(called);
  return outcome.ok;
}
