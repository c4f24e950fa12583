import { z } from 'zod';

/** A UML machine of this user that Paddock didn't start: found by its umid folder. */
export const foreignSchema = z.strictObject({
  /** `<umlDir>/<umid>`: two machines of the same umid live in different folders. */
  id: z.string(),
  umid: z.string(),
  umlDir: z.string(),
  pid: z.int().positive(),
  argv: z.array(z.string()),
  cwd: z.string(),
  startedAt: z.iso.datetime(),
  state: z.enum(['running', 'paused', 'silent']),
  /** What its kernel says it is; '' while it says nothing. */
  kernelVersion: z.string(),
});
export type Foreign = z.infer<typeof foreignSchema>;

/** What can be done with one. `adopt` makes it a machine of Paddock's; it goes on running. */
export const foreignActionSchema = z.enum(['pause', 'resume', 'halt', 'force', 'adopt']);
export type ForeignAction = z.infer<typeof foreignActionSchema>;
