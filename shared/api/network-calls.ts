import { z } from 'zod';
import { carrierSchema, networkNameSchema, subnetSchema } from '../networks/network.js';
import { networkFactsSchema } from '../networks/network-facts.js';
import { networkIdSchema } from '../networks/nic.js';
import {
  hostInterfaceSchema,
  hostPlanSchema,
  hostSetupSchema,
  hostSetupViewSchema,
  hostTapSchema,
} from '../networks/host-setup.js';

const nothing = z.strictObject({});
const network = z.strictObject({ id: networkIdSchema });

/** Calls about networks. */
export const networkCalls = {
  /** Makes a network; with a `subnet` of null one that nobody has. A cable has none of what follows its kind. */
  'networks.create': {
    input: z.strictObject({
      name: networkNameSchema,
      kind: z.enum(['switch', 'cable']),
      internet: z.boolean(),
      reachesHost: z.boolean(),
      subnet: subnetSchema.nullable(),
      /** false: nothing is given out by this computer; left out: addresses are. */
      dhcp: z.boolean().optional(),
      carrier: carrierSchema.nullable(),
    }),
    output: network,
  },
  /** Changes it. All but name and note is refused while machines run on it. */
  'networks.configure': {
    input: z.strictObject({
      id: networkIdSchema,
      changes: z
        .strictObject({
          name: networkNameSchema,
          note: z.string().max(2000),
          internet: z.boolean(),
          reachesHost: z.boolean(),
          subnet: subnetSchema,
          carrier: carrierSchema.nullable(),
        })
        .partial(),
    }),
    output: nothing,
  },
  /** Deletes one that no machine is plugged into. */
  'networks.delete': { input: network, output: nothing },
  /** What this computer has to make networks with; looked for anew. */
  'networks.facts': { input: nothing, output: networkFactsSchema },
  /** The list of what only root can make, for people to review; `why`: what keeps it from being carried out now. */
  'hostSetups.plan': {
    input: z.strictObject({ setup: hostSetupSchema }),
    output: z.strictObject({
      plan: hostPlanSchema,
      script: z.string(),
      undoScript: z.string(),
      why: z.string().nullable(),
    }),
  },
  /** Carries it out: by itself as root, else through pkexec, which asks. */
  'hostSetups.run': { input: z.strictObject({ setup: hostSetupSchema }), output: nothing },
  /** Takes one back that was made. */
  'hostSetups.undo': { input: z.strictObject({ name: hostInterfaceSchema }), output: nothing },
  /** What was made, and the taps that there are. */
  'hostSetups.list': {
    input: nothing,
    output: z.strictObject({
      setups: z.array(hostSetupViewSchema),
      taps: z.array(hostTapSchema),
      isRoot: z.boolean(),
    }),
  },
} as const;
