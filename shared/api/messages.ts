import { z } from 'zod';
import { viewSizeSchema } from '../consoles/view-size.js';
import { paddockErrorSchema } from '../errors/paddock-error.js';
import { cardRateSchema, figureSchema } from '../figures/figure.js';
import { runEndSchema } from '../vms/run.js';
import { vmIdSchema } from '../vms/vm-id.js';
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

const guestEnded = z.strictObject({
  event: z.literal('guest.ended'),
  streamId: z.int().positive(),
  /** Null when it can't be known: `error` says why. */
  exitCode: z.int().nullable(),
  timedOut: z.boolean(),
  /** It printed more than it was allowed to, and was ended. */
  cut: z.boolean(),
  error: paddockErrorSchema.nullable(),
});

/** What the host says unasked. Run events stand between the console frames of their stream, in order. */
export const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('state.patch'), patch: patchSchema }),
  /** The newest figure of every running machine, and what goes by its cards, for who watches figures. */
  z.strictObject({
    event: z.literal('figures'),
    figures: z.array(
      z.strictObject({ vmId: vmIdSchema, figure: figureSchema, cards: z.array(cardRateSchema) }),
    ),
  }),
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
  /** What the other viewers of the console leave to this one, and whether its terminal answers what the guest asks. */
  z.strictObject({
    event: z.literal('console.viewing'),
    streamId: z.int().positive(),
    limit: viewSizeSchema.nullable(),
    answers: z.boolean(),
  }),
  /** A flood was quicker than its follower: so many bytes of the run are left out here. The log has them. */
  z.strictObject({
    event: z.literal('console.leap'),
    streamId: z.int().positive(),
    run: z.int().positive(),
    skippedBytes: z.int().positive(),
  }),
  /** So many bytes of the run's output are not kept here: a limit or a full disk took them. */
  z.strictObject({
    event: z.literal('console.skipped'),
    streamId: z.int().positive(),
    run: z.int().positive(),
    bytes: z.int().positive(),
  }),
  /** All history was sent; what follows is live. */
  z.strictObject({ event: z.literal('console.live'), streamId: z.int().positive() }),
  /** A command in a guest ended, and all that it printed was sent. */
  guestEnded,
]);
export type HostEvent = z.infer<typeof eventSchema>;
/** What belongs to a console stream. */
export type StreamEvent = Extract<HostEvent, { streamId: number }>;

/** Everything that the host sends as JSON. */
export const hostMessageSchema = z.union([eventSchema, responseSchema]);
