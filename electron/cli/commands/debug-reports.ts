import { callAddress, type Frame } from '@shared/debug/call-trace.js';
import { reportWords, type KernelReport } from '@shared/debug/kernel-report.js';
import type { SourceLine } from '@shared/debug/source-line.js';
import { withSession, type Session } from '../session.js';
import { oneLine, printJson } from '../table.js';

/** As many as one question may have. */
const ADDRESSES_MAX = 256;

/** `paddock debug NAME --reports`: what its kernel reported of itself in the newest run. */
export async function printReports(name: string, asJson: boolean): Promise<void> {
  await withSession(async (session) => {
    const { id, kernelPath } = session.vm(name);
    const { reports } = await session.client.must('debug.reports', { id });
    const { lines, why } = await linesOf(session, kernelPath, reports);
    if (asJson) return printJson({ reports, lines: [...lines.values()], why });
    if (reports.length === 0) process.stdout.write(`The kernel of ${name} reported nothing.\n`);
    for (const report of reports) printReport(report, lines);
    if (why !== null) process.stderr.write(`${oneLine(why)}\n`);
  });
}

async function linesOf(
  { client }: Session,
  kernelPath: string,
  reports: readonly KernelReport[],
): Promise<{ lines: Map<string, SourceLine>; why: string | null }> {
  const frames = reports.flatMap(({ stacks }) => stacks.flatMap((stack) => stack.frames));
  const addresses = [...new Set(frames.flatMap((frame) => callAddress(frame) ?? []))];
  const lines = new Map<string, SourceLine>();
  let whyNot: string | null = null;
  for (let from = 0; from < addresses.length && whyNot === null; from += ADDRESSES_MAX) {
    const some = addresses.slice(from, from + ADDRESSES_MAX);
    const found = await client.must('debug.lines', { kernelPath, addresses: some });
    for (const line of found.lines) lines.set(line.address, line);
    whyNot = found.why;
  }
  return { lines, why: whyNot };
}

function printReport(report: KernelReport, lines: ReadonlyMap<string, SourceLine>): void {
  const { kind, title, task, registers, stacks } = report;
  const whose = task === null ? '' : `, in ${task.name} (pid ${task.pid})`;
  print(`${reportWords[kind]}: ${title}${whose}`);
  if (registers.length > 0)
    print(`  ${registers.map((register) => `${register.name}=${register.value}`).join(' ')}`);
  for (const stack of stacks) {
    print(`  ${stack.title}`);
    for (const frame of stack.frames) print(`    ${frameText(frame, lines)}`);
  }
}

function frameText(frame: Frame, lines: ReadonlyMap<string, SourceLine>): string {
  const place = lines.get(callAddress(frame) ?? '')?.places.find(({ file }) => file !== null);
  return [
    // It lay on the stack; nobody knows that it was called.
    frame.isGuess ? '? ' : '',
    frame.symbol,
    frame.offset === null ? '' : `+0x${frame.offset.toString(16)}`,
    frame.module === null ? '' : ` [${frame.module}]`,
    place ? `  ${place.file}:${place.line}` : frame.address === null ? '' : `  ${frame.address}`,
  ].join('');
}

/** The guest wrote it: it stays one line, and does nothing to the terminal. */
const print = (text: string): void => void process.stdout.write(`${oneLine(text)}\n`);
