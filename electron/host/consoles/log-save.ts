import type { FileHandle } from 'node:fs/promises';
import { LogText, runEndText, runHeadText } from '@shared/consoles/log-text.js';
import type { LogForm } from '@shared/consoles/logs.js';
import { writeNewFile } from '../platform/new-file.js';
import type { TrackSegment } from './console-stream.js';
import { lineMapOf } from './line-map.js';
import { logChunks } from './log-lines.js';

/** Writes what a console said in some runs as text to `path`. Throws as `writeNewFile` does. */
export async function saveLogs(
  path: string,
  runs: readonly TrackSegment[],
  form: LogForm,
): Promise<{ path: string; bytes: number }> {
  return writeNewFile(path, async (file) => {
    for (const one of runs) await writeRun(file, one, form, runs.length > 1);
  });
}

async function writeRun(
  file: FileHandle,
  { run, log }: TrackSegment,
  form: LogForm,
  isOneOfMany: boolean,
): Promise<void> {
  const map = lineMapOf(log);
  await map.load();
  const text = new LogText(form, (offset) => map.timeAt(offset));
  const say = async (words: string): Promise<void> => void (words !== '' && (await file.writeFile(words)));
  const { number, startedAt, kernelVersion } = run;
  const isText = !text.isRaw;
  if (isOneOfMany && isText) await say(`${runHeadText({ run: number, startedAt, kernelVersion })}\n`);
  const end = log.length;
  let position = 0;
  for await (const { offset, bytes } of logChunks(log, 0, end)) {
    if (text.isRaw) await file.writeFile(bytes);
    else {
      if (offset > position) await say(text.gap(offset - position));
      await say(text.add(bytes, offset));
    }
    position = offset + bytes.length;
  }
  if (!isText) return;
  if (position < end) await say(text.gap(end - position));
  await say(text.end());
  if (isOneOfMany && run.end) await say(`${runEndText(number, run.end)}\n`);
}
