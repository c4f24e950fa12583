import { RUN_BYTES_KEPT } from '@shared/vms/run.js';

/** How a console's log is cut up and what of it is kept. */
export interface LogLimits {
  /** A segment this long is followed by a new file. */
  segmentBytes: number;
  /** The segments of one console in one run have at most so much in all; beyond it the oldest but the first go. */
  runBytes: number;
  /** Segments of ended runs from this size on are compressed: below it there is little to gain. */
  compressFromBytes: number;
}

/** So many bytes of one machine's logs are kept on the disk. */
export function logBytesKept(env: NodeJS.ProcessEnv = process.env): number {
  return bytesIn(env, 'PADDOCK_LOGS_KEPT_BYTES', RUN_BYTES_KEPT);
}

/** The limits in force. Tests set smaller ones through the environment. */
export function logLimits(env: NodeJS.ProcessEnv = process.env): LogLimits {
  return {
    segmentBytes: bytesIn(env, 'PADDOCK_LOG_SEGMENT_BYTES', 64 * 1024 * 1024),
    runBytes: bytesIn(env, 'PADDOCK_LOG_RUN_BYTES', 1024 * 1024 * 1024),
    compressFromBytes: bytesIn(env, 'PADDOCK_LOG_COMPRESS_BYTES', 256 * 1024),
  };
}

function bytesIn(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  const given = Number(env[name]);
  return Number.isSafeInteger(given) && given >= 1024 ? given : usual;
}
