import { z } from 'zod';
import { frameSchema, parseFrame } from './call-trace.js';

/** What a kernel reports of itself. `kasan`: its checker of memory found an error; `task`, `stack`: it was asked. */
export const reportKinds = ['panic', 'kasan', 'oops', 'bug', 'warning', 'hang', 'task', 'stack'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** A report, taken apart. All text of it is the guest's, and not to be trusted. */
export const kernelReportSchema = z.strictObject({
  kind: z.enum(reportKinds),
  /** The first line: what it is about. */
  title: z.string(),
  /** Whose: the process that ran. */
  task: z.strictObject({ pid: z.int(), name: z.string() }).nullable(),
  registers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  /** Call traces: the present one, and with KASAN those of who allocated and freed the memory. */
  stacks: z.array(z.strictObject({ title: z.string(), frames: z.array(frameSchema) })),
});
export type KernelReport = z.infer<typeof kernelReportSchema>;

/** A guest can write what it likes: so much of it is looked at, and the newest counts. */
const REPORTS_MAX = 20;
const STACKS_MAX = 8;
const FRAMES_MAX = 200;
const REGISTERS_MAX = 40;
const LINE_MAX = 400;
const TITLE_MAX = 300;

/** How reports begin (kernel/panic.c, mm/kasan/report.c, lib/bug.c, kernel/hung_task.c), the narrower first. */
const beginnings: readonly (readonly [ReportKind, RegExp])[] = [
  ['panic', /\bKernel panic - not syncing: (.*)$/],
  ['kasan', /\bBUG: (KASAN: .*)$/],
  ['bug', /\b(kernel BUG at .*)$/],
  ['bug', /\bBUG: (.*)$/],
  ['oops', /\b((?:Oops|Unable to handle kernel|general protection fault)\b.*)$/],
  ['warning', /\bWARNING: (.*)$/],
  ['hang', /\bINFO: (task .* blocked for more than .*)$/],
];
/** `sysrq w` and `stack` (kernel/sched/core.c, sched_show_task). */
const taskPattern = /^task:(.{1,64}?)\s+state:(\S)\s.*?\bpid:\s{0,10}(\d{1,9})\b/;
const whose = /\bP(?:ID|id): (\d{1,9}),? (?:Comm|comm): (\S{1,64})/;
const stackTitle =
  /^(Call Trace|Stack|Allocated by task \d{1,9}|Freed by task \d{1,9}|Last potentially related work creation):?/;
const register =
  /\b([RE][A-Z0-9]{2,5}|CR\d|EFLAGS): ([0-9a-f:]{1,20}(?:0x[0-9a-f]{1,16})?(?:\[<[0-9a-f]{1,16}>\])?)/g;
const printkTime = /^(?:<\d>)?\[ {0,10}\d{1,9}\.\d{1,6}\](?:\[ {0,6}[TC]\d{1,9}\])? /;

const stateWords: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'blocked',
  T: 'stopped',
  t: 'traced',
  I: 'idle',
  Z: 'ended',
  X: 'dead',
};

/** Finds the reports in what a kernel printed, in order; of too many the newest. */
export function parseKernelReports(text: string): KernelReport[] {
  const reports: KernelReport[] = [];
  let current: KernelReport | null = null;
  /** A trace that goes on with the next line. */
  let isInTrace = false;
  const begin = (kind: ReportKind, title: string): KernelReport => {
    const report: KernelReport = {
      kind,
      title: title.slice(0, TITLE_MAX),
      task: null,
      registers: [],
      stacks: [],
    };
    reports.push(report);
    if (reports.length > REPORTS_MAX) reports.shift();
    isInTrace = false;
    return report;
  };
  for (const raw of text.split('\n')) {
    const line = raw.slice(0, LINE_MAX).replace(/\r$/, '').replace(printkTime, '');
    const frame = isInTrace ? parseFrame(line) : null;
    const stack = current?.stacks.at(-1);
    if (frame && stack) {
      if (stack.frames.length < FRAMES_MAX) stack.frames.push(frame);
      continue;
    }
    isInTrace = false;
    const start = beginningOf(line);
    if (start) {
      // Only what ends it with `---[ end Kernel panic ...` is its own end, not another.
      if (line.startsWith('---[ end ')) continue;
      current = begin(start.kind, start.title);
      continue;
    }
    const task = taskPattern.exec(line);
    if (task) {
      const [, name = '', state = '', pid = '0'] = task;
      current = begin('task', `${name} is ${stateWords[state] ?? state}`);
      current.task = { pid: Number(pid), name };
      continue;
    }
    const title = stackTitle.exec(line)?.[1];
    if (title !== undefined && title !== 'Stack') {
      current ??= begin('stack', 'Call trace');
      // A trace after a whole report, without a word before: somebody asked for a stack.
      if (title === 'Call Trace' && current.stacks.some((other) => other.title === 'Call Trace'))
        current = begin('stack', 'Call trace');
      if (current.stacks.length < STACKS_MAX) {
        current.stacks.push({ title, frames: [] });
        isInTrace = true;
      }
      continue;
    }
    const owner = whose.exec(line);
    if (owner) {
      current ??= begin('stack', 'Registers');
      current.task ??= { pid: Number(owner[1]), name: owner[2] ?? '' };
    }
    for (const [, name = '', value = ''] of line.matchAll(register)) {
      current ??= begin('stack', 'Registers');
      if (current.registers.length < REGISTERS_MAX) current.registers.push({ name, value });
    }
  }
  return reports.filter(
    ({ kind, stacks, registers }) => kind !== 'stack' || stacks.length + registers.length > 0,
  );
}

/** What a line begins; null for most. */
export function beginningOf(line: string): { kind: ReportKind; title: string } | null {
  for (const [kind, pattern] of beginnings) {
    const found = pattern.exec(line);
    if (found) return { kind, title: (found[1] ?? '').trim() };
  }
  return null;
}

/** Each beginning has one of these in it: cheap, to pass over the many lines that have none. */
export const mayBeginReport = (text: string): boolean =>
  /Kernel panic|BUG|Oops|Unable to handle|general protection|WARNING: |INFO: task/.test(text);

/** What kinds are called. */
export const reportWords: Readonly<Record<ReportKind, string>> = {
  panic: 'Panic',
  kasan: 'Memory error (KASAN)',
  oops: 'Oops',
  bug: 'Bug',
  warning: 'Warning',
  hang: 'Hung task',
  task: 'Task',
  stack: 'Stack',
};
