import { LEAST_MIB } from '@shared/images/least-size.js';
import { packageNameSchema, recipeSchema, userNameSchema } from '@shared/images/recipe.js';
import { recipeInputOf, wordsOf, type ImageDraft } from './image-draft.js';

/** The steps of the wizard, in their order. */
export const wizardSteps = ['source', 'contents', 'disk', 'access', 'review'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** What is wrong with the fields, by their names ("files.0.to" for one of several), and the step that each is on. */
export type DraftFaults = Readonly<Partial<Record<string, { step: WizardStep; text: string }>>>;

interface Rule {
  step: WizardStep;
  /** Matches the path in the recipe. */
  path: RegExp;
  /** The field that it is shown at; null: as the path says. */
  field: string | ((path: string) => string);
  text: string | ((draft: ImageDraft) => string);
}

const rules: readonly Rule[] = [
  { step: 'source', path: /^source\.path$/, field: 'path', text: 'The whole path, starting with /.' },
  {
    step: 'source',
    path: /^source\.suite$/,
    field: 'suite',
    text: 'A suite as it stands in a mirror, such as bookworm or trixie.',
  },
  {
    step: 'source',
    path: /^source\.mirror$/,
    field: 'mirror',
    text: 'An address such as http://deb.debian.org/debian.',
  },
  {
    step: 'contents',
    path: /^contents\.hostname$/,
    field: 'hostname',
    text: 'Only a to z, 0 to 9 and -, not at its start or end, at most 63.',
  },
  {
    step: 'contents',
    path: /^contents\.packages/,
    field: 'packages',
    text: ({ packages }) => {
      const bad = wordsOf(packages).find((word) => !packageNameSchema.safeParse(word).success);
      return bad === undefined ? 'At most 500 packages.' : `“${bad}” can’t be the name of a package.`;
    },
  },
  {
    step: 'contents',
    path: /^contents\.timezone$/,
    field: 'timezone',
    text: 'A name such as Europe/Berlin.',
  },
  {
    step: 'contents',
    path: /^contents\.locale$/,
    field: 'locale',
    text: 'A name such as C.UTF-8 or de_DE.UTF-8.',
  },
  {
    step: 'contents',
    path: /^contents\.files\.\d+\.(?:from|to)$/,
    field: (path) => path.replace('contents.', ''),
    text: 'The whole path, starting with /.',
  },
  {
    step: 'contents',
    path: /^contents\.files\.\d+\.mode$/,
    field: (path) => path.replace('contents.', ''),
    text: 'Octal, such as 644.',
  },
  {
    step: 'contents',
    path: /^contents\.modulesOf$/,
    field: 'modulesOf',
    text: 'The whole path of a kernel.',
  },
  {
    step: 'contents',
    path: /^contents\.network.*\.address$/,
    field: 'address',
    text: 'An address such as 10.0.2.15.',
  },
  { step: 'contents', path: /^contents\.network.*\.prefix$/, field: 'prefix', text: '1 to 32.' },
  {
    step: 'contents',
    path: /^contents\.network.*\.gateway$/,
    field: 'gateway',
    text: 'An address such as 10.0.2.2, or nothing.',
  },
  { step: 'contents', path: /^contents\.network.*\.dns/, field: 'dns', text: 'At most three addresses.' },
  { step: 'contents', path: /^contents\.consoles$/, field: 'consoles', text: '1 to 16.' },
  {
    step: 'disk',
    path: /^disk\.sizeMiB$/,
    field: 'size',
    text: 'A whole number of MB, at least 8, or nothing.',
  },
  {
    step: 'disk',
    path: /^disk\.label$/,
    field: 'label',
    text: '1 to 12 of A to Z, a to z, 0 to 9, dot, - and _.',
  },
  {
    step: 'access',
    path: /^access\.root/,
    field: 'rootHash',
    text: 'As it stands in /etc/shadow, such as $6$salt$…',
  },
  {
    step: 'access',
    path: /^access\.sshKeys/,
    field: 'sshKeys',
    text: 'One public key a line, as in a .pub file: ssh-ed25519 AAAA… name.',
  },
  {
    step: 'access',
    path: /^access\.users\.\d+\.name$/,
    field: (path) => path.replace('access.', ''),
    text: 'Only a to z, 0 to 9, - and _, not starting with a digit, at most 32.',
  },
  {
    step: 'review',
    path: /^name$/,
    field: 'name',
    text: ({ name }) =>
      name === '' ? 'It needs a name.' : 'Only a to z, 0 to 9 and -, at most 40, not starting with -.',
  },
  { step: 'review', path: /^title$/, field: 'title', text: 'One line of at most 80 letters.' },
];

/** Everything that is wrong with the fields by themselves; what only the host can know is in the plan. */
export function draftFaults(draft: ImageDraft, takenNames: ReadonlySet<string>): DraftFaults {
  const faults: Record<string, { step: WizardStep; text: string }> = {};
  const parsed = recipeSchema.safeParse(recipeInputOf(draft));
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.join('.');
    const rule = rules.find((one) => one.path.test(path));
    const field = rule ? (typeof rule.field === 'string' ? rule.field : rule.field(path)) : path;
    faults[field] ??= {
      step: rule?.step ?? 'review',
      text: rule ? (typeof rule.text === 'string' ? rule.text : rule.text(draft)) : issue.message,
    };
  }
  const disk = parsed.success && parsed.data.source.kind !== 'disk' ? parsed.data.disk : null;
  if (disk && disk.sizeMiB !== null && disk.sizeMiB < LEAST_MIB[disk.filesystem])
    faults['size'] = {
      step: 'disk',
      text: `An image of ${disk.filesystem} needs ${LEAST_MIB[disk.filesystem]} MB at least.`,
    };
  const names = draft.users.map(({ name }) => name.trim());
  for (const [n, name] of names.entries())
    if (name === 'root' || (userNameSchema.safeParse(name).success && names.indexOf(name) < n))
      faults[`users.${n}.name`] ??= {
        step: 'access',
        text: name === 'root' ? 'root is there anyhow.' : 'This user stands above already.',
      };
  if (takenNames.has(draft.name))
    faults['name'] ??= { step: 'review', text: `There is an image called ${draft.name} already.` };
  return faults;
}

/** The first fault of a step, or null. */
export function faultOfStep(faults: DraftFaults, step: WizardStep): string | null {
  return Object.values(faults).find((fault) => fault?.step === step)?.text ?? null;
}
