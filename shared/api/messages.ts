import { z } from 'zod';
import { paddockErrorSchema } from '../errors/paddock-error.js';
import { runEndSchema } from '../vms/run.js';
import { patchSchema } from './state.js';

/** A call on its way to the host. Its input is checked against the table of calls. */
export const requestSchema = z.strictObject({
  id: z.int().positive(),
  call: z.string().max(64),
  input: z.unknown(),
});
export type Request = z.infer<typeof requestSchema>;

/** The answer to the request of the same id. */
export const responseSchema = z.union([
  z.strictObject({ id: z.int().positive(), ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ id: z.int().positive(), ok: z.literal(false), error: paddockErrorSchema }),
]);
export type Response = z.infer<typeof responseSchema>;

/** What the host says unasked. Run events stand between the console frames of their stream, in order. */
export const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('state.patch'), patch: patchSchema }),
  /** The console frames after this one belong to the run. */
  z.strictObject({
    event: z.literal('console.runStart'),
    streamId: z.int().positive(),
    run: z.int().positive(),
    startedAt: z.iso.datetime(),
    kernelVersion: z.string(),
    /** Bytes of this run's output that come before the first one sent. */
    skippedBytes: z.int().nonnegative(),
  }),
  z.strictObject({
    event: z.literal('console.runEnd'),
    streamId: z.int().positive(),
    run: z.int().positive(),
    startedAt: z.iso.datetime(),
    end: runEndSchema,
  }),
  /** All history was sent; what follows is live. */
  z.strictObject({ event: z.literal('console.live'), streamId: z.int().positive() }),
]);
export type HostEvent = z.infer<typeof eventSchema>;

/** Everything that the host sends as JSON. */
export const hostMessageSchema = z.union([eventSchema, responseSchema]);
