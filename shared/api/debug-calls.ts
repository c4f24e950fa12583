import { z } from 'zod';
import { debugToolSchema, straceFilterSchema, symbolKindSchema } from '../debug/debug-tool.js';
import { kernelReportSchema } from '../debug/kernel-report.js';
import { sourceLineSchema } from '../debug/source-line.js';
import { vmIdSchema } from '../vms/vm-id.js';

const nothing = z.strictObject({});
const path = z.string().min(1).max(4096);

/** Where the symbols of a kernel are. */
export const kernelSymbolsSchema = z.strictObject({
  /** What there is to see. */
  kind: symbolKindSchema,
  /** The file that somebody gave for them; null: the kernel's own. */
  path: path.nullable(),
  /** The kernel's gdb scripts (vmlinux-gdb.py) that lie beside it; null when there are none. */
  scriptPath: path.nullable(),
  /** Whether somebody said that these may be run. */
  scriptsTrusted: z.boolean(),
  /** Why a file that was given can't be used now. */
  problem: z.string().nullable(),
});
export type KernelSymbols = z.infer<typeof kernelSymbolsSchema>;

/** Calls about looking into a machine's kernel. */
export const debugCalls = {
  /**
   * Attaches a program to a machine's kernel; it is a console of its own name. Refused while another is attached, and,
   * with the reason, where this computer doesn't let one process trace another.
   */
  'debug.start': {
    input: z.strictObject({
      id: vmIdSchema,
      tool: debugToolSchema,
      filter: straceFilterSchema.default('all'),
    }),
    output: nothing,
  },
  /** Has it let go of the machine, which runs on, and closes its tab. Returns when it is gone. */
  'debug.close': { input: z.strictObject({ id: vmIdSchema, tool: debugToolSchema }), output: nothing },
  /** What is known of a kernel's symbols. */
  'debug.symbols': { input: z.strictObject({ kernelPath: path }), output: kernelSymbolsSchema },
  /** Takes a kernel's symbols from a file, which must be of the same build; null: from the kernel itself again. */
  'debug.setSymbols': {
    input: z.strictObject({ kernelPath: path, path: path.nullable(), trustScripts: z.boolean() }),
    output: kernelSymbolsSchema,
  },
  /** What a kernel reported of itself in a machine's newest run: panics, KASAN, warnings ... in order. */
  'debug.reports': {
    input: z.strictObject({ id: vmIdSchema }),
    output: z.strictObject({ reports: z.array(kernelReportSchema) }),
  },
  /** The source lines of addresses in a kernel, in the order they were given in. */
  'debug.lines': {
    input: z.strictObject({
      kernelPath: path,
      addresses: z.array(z.string().regex(/^[0-9a-f]{1,16}$/)).max(256),
    }),
    output: z.strictObject({
      lines: z.array(sourceLineSchema),
      /** Why there are none, in a sentence; null when there are. */
      why: z.string().nullable(),
    }),
  },
} as const;
