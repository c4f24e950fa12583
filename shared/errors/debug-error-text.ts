import type { ErrorText } from './error-words.js';

/** The parameters of the errors about debugging a kernel. */
export interface DebugErrorParams {
  'debug-off': { name: string };
  'debug-traced': { name: string; tool: string; pid: number };
  'debug-forbidden': { name: string; why: string; fix: string };
  'debug-failed': { tool: string; why: string };
  'symbols-refused': { path: string; why: string };
}

/** What they say. */
export const debugErrorTexts: {
  readonly [C in keyof DebugErrorParams]: (params: DebugErrorParams[C]) => ErrorText;
} = {
  'debug-off': (p) => ({
    sentence: `${p.name} has no kernel to look into: it doesn’t run.`,
    fix: 'Start it first.',
  }),
  'debug-traced': (p) => ({
    sentence: `${p.tool} (pid ${p.pid}) traces ${p.name} already, and Linux lets only one program trace a process.`,
    fix: `Close ${p.tool}’s tab, or end it, then try again.`,
  }),
  'debug-forbidden': (p) => ({
    sentence: `This computer doesn’t let a debugger attach to ${p.name}: ${p.why}.`,
    fix: p.fix,
  }),
  'debug-failed': (p) => ({ sentence: `${p.tool} couldn’t be started: ${p.why}.`, fix: '' }),
  'symbols-refused': (p) => ({
    sentence: `${p.path} can’t give this kernel its symbols: ${p.why}.`,
    fix: 'Choose the vmlinux, or the linux binary with debug info, of the very same build.',
  }),
};
