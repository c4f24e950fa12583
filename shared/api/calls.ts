import { z } from 'zod';
import { consoleSpecSchema, consolesSchema } from '../consoles/channel.js';
import { consoleNameSchema, lineNameSchema } from '../consoles/console-name.js';
import { viewSizeSchema } from '../consoles/view-size.js';
import { checkResultSchema } from '../diagnostics/check.js';
import { figurePaceSchema, figureSchema, figureSpanSchema } from '../figures/figure.js';
import { hostRootSchema } from '../vms/boot.js';
import { foreignActionSchema } from '../vms/foreign.js';
import { runComparisonSchema, runEventSchema, runSummarySchema } from '../vms/run.js';
import { wantedNicsSchema } from '../networks/nic.js';
import { benchmarkCalls } from './benchmark-calls.js';
import { kernelCalls } from './kernel-calls.js';
import { labCalls } from './lab-calls.js';
import { linkCalls } from './link-calls.js';
import { networkCalls } from './network-calls.js';
import { vmIdSchema } from '../vms/vm-id.js';
import { MEMORY_MAX_MIB, vmChangesSchema } from '../vms/vm-spec.js';
import { SHUTDOWN_MAX_S } from '../vms/vm-view.js';
import { debugCalls } from './debug-calls.js';
import { imageCalls } from './image-calls.js';
import { layerCalls } from './layer-calls.js';
import { logCalls } from './log-calls.js';
import { snapshotSchema } from './state.js';
import { testRunCalls } from './test-run-calls.js';

/** Raise with every change that makes an older client or host misread a message. */
export const CONTRACT_VERSION = 9;

const nothing = z.strictObject({});
const vm = z.strictObject({ id: vmIdSchema });
const plugged = z.strictObject({ vmId: vmIdSchema, line: lineNameSchema });
/** Free text from a person or a script; what is allowed in it is checked, and explained, by the host. */
const typed = z.string().max(4096);
const runNumber = z.int().positive();
const secondsToShutDown = z.int().min(1).max(SHUTDOWN_MAX_S);
/** A command line for a management console. */
const mconsoleCommand = z.string().max(4096);
const mconsoleAnswer = z.strictObject({
  /** What the kernel answered, '' when it only agreed. Not to be trusted. */
  text: z.string(),
  tookMs: z.number(),
});

/** A file to copy between this computer and a guest. */
const guestCopy = z.strictObject({
  id: vmIdSchema,
  guestPath: z.string().startsWith('/').max(4095),
  hostPath: z.string().startsWith('/').max(4095),
  /** Take the place of a file that is there. */
  replace: z.boolean(),
});
/** Both sides counted the same checksum. */
const guestCopied = z.strictObject({
  bytes: z.int().nonnegative(),
  tookMs: z.number(),
  sha256: z.string().length(64),
});

/** Every call that the host answers: its input and its output. This table is the contract. */
export const calls = {
  /** First call on every connection. Never changes shape, so that versions can be compared. */
  'host.hello': {
    input: z.object({ contract: z.int() }),
    output: z.object({ contract: z.int(), pid: z.int(), version: z.string(), dataDir: z.string() }),
  },
  /** Ends the host. Machines go on; a later host finds them. Never changes shape either. */
  'host.quit': { input: z.object({}), output: z.object({}) },
  /** The state now; from here on this connection gets every patch. */
  'state.watch': { input: nothing, output: snapshotSchema },

  /**
   * Makes a machine on an image: the id or name of one, 'tiny', or the absolute path of a disk. Its disk is a new layer
   * on it, or a full copy; or a layer of the library that no machine has, and `image` is then not looked at.
   */
  'vms.create': {
    input: z.strictObject({
      /** null: the first free one of tiny, tiny-2 ... */
      name: typed.nullable(),
      image: typed,
      disk: z.enum(['layer', 'copy']).optional(),
      layerId: z.string().max(80).optional(),
      /** Boots from a folder or this computer's own files; there is no disk then and `image` isn't looked at. */
      root: hostRootSchema.optional(),
      memoryMiB: z.number().max(MEMORY_MAX_MIB * 8),
      /** null: the newest kernel on this computer. */
      kernelPath: typed.nullable(),
      consoles: consolesSchema,
      nics: wantedNicsSchema.optional(),
      start: z.boolean(),
      /** Gives it the guest tools first, as a job, when its image is not known to carry them. */
      addGuestTools: z.boolean().optional(),
    }),
    output: vm,
  },
  /**
   * Starts it, after those that it starts after; returns when its process runs, or when it waits for another.
   * Asked again while it waits it starts at once.
   */
  'vms.start': { input: vm, output: nothing },
  /** Changes its settings; what can't be changed while it runs counts from the next start on. */
  'vms.configure': { input: z.strictObject({ id: vmIdSchema, changes: vmChangesSchema }), output: nothing },
  /**
   * Asks for a stop and returns once it is under way. `shutdown` asks the guest, then halts it when it doesn't
   * answer in time; `halt` stops the kernel at once; `force` ends its processes.
   */
  'vms.stop': {
    input: z.strictObject({
      id: vmIdSchema,
      how: z.enum(['shutdown', 'halt', 'force']),
      /** So long a guest that is to shut down has for it, before it is halted; 30 when nothing is said. */
      seconds: secondsToShutDown.optional(),
    }),
    output: nothing,
  },
  /** Gives a guest that shuts down so much more time. */
  'vms.waitLonger': {
    input: z.strictObject({ id: vmIdSchema, seconds: secondsToShutDown }),
    output: nothing,
  },
  /** Takes back a start that waits for another machine. */
  'vms.stopWaiting': { input: vm, output: nothing },
  /** Shuts it down and starts it again. Returns once the shutdown is under way. */
  'vms.restart': { input: vm, output: nothing },
  /** Halts the guest in place, and lets it go on. */
  'vms.pause': { input: vm, output: nothing },
  'vms.resume': { input: vm, output: nothing },
  /** Takes memory from a guest that runs, or gives some back: so many MB are taken after that. */
  'vms.takeMemory': {
    input: z.strictObject({ id: vmIdSchema, takenMiB: z.int().min(0).max(MEMORY_MAX_MIB) }),
    output: nothing,
  },
  /** Gives a command to its management console (shared/mconsole/mconsole-commands says which there are). */
  'vms.mconsole': {
    input: z.strictObject({ id: vmIdSchema, command: mconsoleCommand }),
    output: mconsoleAnswer,
  },
  'vms.delete': { input: vm, output: nothing },
  /** The exact argv of the next start, and as one line for a shell. */
  'vms.commandLine': {
    input: vm,
    output: z.strictObject({ argv: z.array(z.string()), text: z.string() }),
  },

  /** Looks again for UML machines of this user that were started outside Paddock. */
  'foreign.look': { input: nothing, output: nothing },
  /** Does something to one; `adopt` answers with the id of the machine that it is from now on. */
  'foreign.act': {
    input: z.strictObject({ id: z.string().max(4096), action: foreignActionSchema }),
    output: z.strictObject({ vmId: vmIdSchema.nullable() }),
  },
  'foreign.mconsole': {
    input: z.strictObject({ id: z.string().max(4096), command: mconsoleCommand }),
    output: mconsoleAnswer,
  },

  /** The kept runs of a machine, newest first. */
  'runs.list': { input: vm, output: z.strictObject({ runs: z.array(runSummarySchema) }) },
  /** What happened in a run, oldest first. */
  'runs.events': {
    input: z.strictObject({ id: vmIdSchema, run: runNumber }),
    output: z.strictObject({ events: z.array(runEventSchema) }),
  },
  'runs.compare': {
    input: z.strictObject({ id: vmIdSchema, a: runNumber, b: runNumber }),
    output: runComparisonSchema,
  },
  /** Writes a run as one archive (tar.gz) to attach to a bug report; `run` null: the newest. Overwrites nothing. */
  'runs.export': {
    input: z.strictObject({ id: vmIdSchema, run: runNumber.nullable(), path: typed }),
    output: z.strictObject({ path: z.string(), bytes: z.int() }),
  },
  /** Removes an ended run with its logs. */
  'runs.delete': { input: z.strictObject({ id: vmIdSchema, run: runNumber }), output: nothing },

  /**
   * From here on this connection gets `figures` events with the newest figure of every running machine, at this
   * pace; of `detail` its guest is asked, too. The fastest of all connections decides how often is looked.
   */
  'figures.watch': {
    input: z.strictObject({ pace: figurePaceSchema, detail: vmIdSchema.nullable() }),
    output: nothing,
  },
  'figures.unwatch': { input: nothing, output: nothing },
  /** What was measured of a machine, oldest first; gaps are times at which it didn't run. */
  'figures.history': {
    input: z.strictObject({ id: vmIdSchema, span: figureSpanSchema }),
    output: z.strictObject({ figures: z.array(figureSchema) }),
  },

  ...logCalls,

  /**
   * Opens a stream of a console: first its history (at most `tailBytes` of it, over all runs, or all from the run
   * `fromRun` on), then what comes.
   * Data arrives in console frames and run events, in order, and must be acknowledged.
   */
  'consoles.attach': {
    input: z.strictObject({
      vmId: vmIdSchema,
      console: consoleNameSchema,
      tailBytes: z
        .int()
        .min(0)
        .max(64 * 1024 * 1024),
      /** In a flood that is quicker than it can take, leave out what is not the newest, and say so. */
      leaps: z.boolean().default(false),
      fromRun: runNumber.optional(),
    }),
    output: z.strictObject({ streamId: z.int().positive() }),
  },
  /**
   * Says how much room a stream's viewer has; null: it is not seen now. The guest gets what fits into the rooms of all
   * viewers; each is told in `console.viewing` events what the others leave it.
   */
  'consoles.view': {
    input: z.strictObject({ streamId: z.int().positive(), room: viewSizeSchema.nullable() }),
    output: nothing,
  },
  'consoles.detach': { input: z.strictObject({ streamId: z.int().positive() }), output: nothing },
  /** Sets the size of the terminal, whoever looks at it; the guest gets a SIGWINCH. */
  'consoles.resize': {
    input: z.strictObject({
      vmId: vmIdSchema,
      console: consoleNameSchema,
      cols: z.int().min(2).max(1000),
      rows: z.int().min(1).max(1000),
    }),
    output: nothing,
  },
  /**
   * Makes a line of a running machine a tab, and keeps it for later starts. Its guest has no login there by itself, and
   * learns of a new size only where the guest tools tell it.
   */
  'consoles.plug': { input: plugged, output: nothing },
  /** Takes a line from a running machine, and from later starts. Refused while something in the guest has it open. */
  'consoles.unplug': { input: plugged, output: nothing },
  /** The lines of a running machine that are no tabs, and what its kernel says of each; its spare console is one. */
  'consoles.others': {
    input: z.strictObject({ vmId: vmIdSchema }),
    output: z.strictObject({
      lines: z.array(
        z.strictObject({
          console: consoleSpecSchema,
          isSpare: z.boolean(),
          /** The kernel's answer to `config LINE`; null when it is off or gave none. Not to be trusted. */
          said: z.string().nullable(),
        }),
      ),
    }),
  },

  /**
   * Runs a command in a guest that has the guest tools: `argv` as it is, no shell in between. What it prints comes as
   * console frames of two streams, which must be acknowledged, and its end as a `guest.ended` event. Detaching the
   * stream ends it.
   */
  'guest.exec': {
    input: z.strictObject({
      id: vmIdSchema,
      argv: z.array(z.string().max(65_536)).min(1).max(1024),
      /** Null: as long as it likes. */
      timeoutS: z.number().positive().max(1_000_000).nullable(),
      /** More bytes than this end it. Null: as many as it likes. */
      outputMax: z.int().positive().nullable(),
    }),
    output: z.strictObject({ streamId: z.int().positive(), errorStreamId: z.int().positive() }),
  },
  /** Copies a file of the guest to a file of this computer. Both paths are absolute. */
  'guest.read': { input: guestCopy, output: guestCopied },
  /** Copies a file of this computer into the guest. */
  'guest.write': { input: guestCopy, output: guestCopied },
  /** Adds the guest tools to a stopped machine, in its own layer, as a job. */
  'guest.installTools': { input: vm, output: z.strictObject({ jobId: z.string() }) },

  ...layerCalls,

  ...imageCalls,

  ...networkCalls,

  ...linkCalls,

  ...debugCalls,

  ...kernelCalls,
  ...benchmarkCalls,
  ...labCalls,
  ...testRunCalls,

  /** Goes on with a failed job from the step that failed. Refused when it can't. */
  'jobs.retry': { input: z.strictObject({ id: z.string() }), output: nothing },
  /** What the programs of a job printed, line by line, from line `from` (0) on; at most 1000. `total`: all so far. */
  'jobs.log': {
    input: z.strictObject({ id: z.string(), from: z.int().nonnegative() }),
    output: z.strictObject({ lines: z.array(z.string()), total: z.int().nonnegative() }),
  },
  'jobs.cancel': { input: z.strictObject({ id: z.string() }), output: nothing },
  /** Takes an ended job off the list. */
  'jobs.clear': { input: z.strictObject({ id: z.string() }), output: nothing },

  /** Looks at this computer again, kernels included. */
  'diagnostics.run': { input: nothing, output: z.array(checkResultSchema) },
  /** Carries out a runnable fix of a check, and looks again. */
  'diagnostics.fix': {
    input: z.strictObject({ check: z.string().max(64), fix: z.string().max(64) }),
    output: z.array(checkResultSchema),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
