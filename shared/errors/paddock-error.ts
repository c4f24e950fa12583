import { z } from 'zod';
import { errorCodes, errorText, type ErrorCode, type ErrorParams } from './error-text.js';
import type { ErrorText } from './error-words.js';

/** What a failed program left behind. */
export const errorDetailSchema = z.strictObject({
  command: z.array(z.string()),
  lastLines: z.array(z.string()),
});
export type ErrorDetail = z.infer<typeof errorDetailSchema>;

/** An expected failure as data: it crosses every border of the app in this shape. */
export const paddockErrorSchema = z.strictObject({
  code: z.enum(errorCodes),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  detail: errorDetailSchema.nullable(),
});
export type PaddockError = z.infer<typeof paddockErrorSchema>;

/** An expected failure on its way up: thrown inside a process, sent as its `error` between processes. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly error: PaddockError;

  constructor(error: PaddockError, options?: { cause?: unknown }) {
    super(describeError(error).sentence, options as undefined);
    this.error = error;
  }
}

/** Makes a Failure of a code and its parameters. */
export function failure<C extends ErrorCode>(
  code: C,
  params: ErrorParams[C],
  detail: ErrorDetail | null = null,
): Failure {
  return new Failure({ code, params, detail });
}

/** The sentence and the fix for an error that came as data. */
export function describeError(error: PaddockError): ErrorText {
  // The schema can't tie params to code; a sender of another version may leave one out, which prints as undefined.
  return errorText(error.code, error.params as never);
}
