import { z } from 'zod';
import { vmIdSchema } from '../vms/vm-id.js';
import { consoleNameSchema } from './console-name.js';

/** A view of a console that has a window of its own. */
export const popoutSchema = z.strictObject({
  vmId: vmIdSchema,
  console: consoleNameSchema,
  viewId: z.int().min(0).max(1e9),
});
export type Popout = z.infer<typeof popoutSchema>;

const MARK = '#popout=';

/** What names a popped-out view, also in the address of its window: vmId/con0/3. */
export function popoutKey({ vmId, console, viewId }: Popout): string {
  return `${vmId}/${console}/${viewId}`;
}

/** The fragment of the address of its window. */
export function popoutHash(popout: Popout): string {
  return MARK + popoutKey(popout);
}

/** What a window is for, by the fragment of its address; null: it is the main one. */
export function popoutOfHash(hash: string): Popout | null {
  if (!hash.startsWith(MARK)) return null;
  const [vmId, console, viewId, ...more] = hash.slice(MARK.length).split('/');
  if (more.length > 0 || !/^\d{1,10}$/.test(viewId ?? '')) return null;
  const parsed = popoutSchema.safeParse({ vmId, console, viewId: Number(viewId) });
  return parsed.success ? parsed.data : null;
}
