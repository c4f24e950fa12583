import { z } from 'zod';

/** The programs of this computer that look into a machine's kernel from outside. Each has a tab of its own name. */
export const debugTools = ['gdb', 'strace'] as const;
export const debugToolSchema = z.enum(debugTools);
export type DebugTool = (typeof debugTools)[number];

/** Whether a console's name is that of a debugging program. */
export function isDebugTool(name: string): name is DebugTool {
  return (debugTools as readonly string[]).includes(name);
}

/** Which system calls of the kernel's process strace shows. */
export const straceFilters = ['all', 'files', 'network'] as const;
export const straceFilterSchema = z.enum(straceFilters);
export type StraceFilter = (typeof straceFilters)[number];

/** What a kernel's file, or another that was given for it, tells a debugger: full lines, names only, or nothing. */
export const symbolKindSchema = z.enum(['lines', 'names', 'none']);
export type SymbolKind = z.infer<typeof symbolKindSchema>;

/** A debugging program of a machine: it runs, or it has ended and its tab is not closed yet. */
export const debugToolViewSchema = z.strictObject({
  tool: debugToolSchema,
  state: z.enum(['running', 'ended']),
  startedAt: z.iso.datetime(),
  /** What it knows of the kernel's functions. */
  symbols: symbolKindSchema,
  /** How it ended; null while it runs. */
  end: z
    .strictObject({
      at: z.iso.datetime(),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
    })
    .nullable(),
});
export type DebugToolView = z.infer<typeof debugToolViewSchema>;

/** The debugging of a machine. */
export const debugViewSchema = z.strictObject({
  tools: z.array(debugToolViewSchema).max(debugTools.length),
  /** The debugger holds the whole machine stopped: nothing in it runs, and nothing of it answers. */
  isStopped: z.boolean(),
});
export type DebugView = z.infer<typeof debugViewSchema>;

/** Nothing is debugged. */
export const noDebugging: DebugView = { tools: [], isStopped: false };

/** The program that is attached now. Linux lets only one trace a process. */
export function attachedTool({ tools }: DebugView): DebugTool | null {
  return tools.find(({ state }) => state === 'running')?.tool ?? null;
}

/** Whether a program is attached now. */
export function isToolRunning({ debug }: { debug: DebugView }, tool: DebugTool): boolean {
  return debug.tools.some((other) => other.tool === tool && other.state === 'running');
}

/** What is said of symbols before anything is debugged. */
export const symbolWords: Readonly<Record<SymbolKind, string>> = {
  lines: 'names, types and source lines',
  names: 'names of functions, without source lines',
  none: 'no symbols: addresses only',
};
