import type { KernelPlan } from '@shared/kernels/build-plan.js';
import { SMALLEST, TREES_OWN } from '@shared/kernels/build-wish.js';
import { ChoiceRows } from '../../../ui/choice-rows.js';
import { editBuild, type BuildDraft } from './build-draft.js';

const NOMMU = 'x86_64_nommu_defconfig';
/** `make defconfig` takes it. */
const OWN_FILE = 'x86_64_defconfig';

/** The configuration that the options are put over. `plan`: null while the tree isn't known. */
export function BaseFields({ draft, plan }: { draft: BuildDraft; plan: KernelPlan | null }) {
  const hasTree = plan !== null && plan.defconfigs.length > 0;
  const others = (plan?.defconfigs ?? []).filter((name) => name !== NOMMU && name !== OWN_FILE);
  return (
    <ChoiceRows
      label="Start from"
      value={draft.defconfig}
      choices={[
        {
          value: TREES_OWN,
          title: 'The tree’s own',
          text: 'What UML usually has, with some parts as modules.',
          aside: 'defconfig',
        },
        {
          value: SMALLEST,
          title: 'The smallest',
          text: 'Nothing but the options below: built in a few minutes.',
          aside: 'allnoconfig',
        },
        {
          value: NOMMU,
          title: 'Without memory protection',
          text: 'For work on nommu: system calls are cheap, and one stray write ends it all.',
          aside: 'nommu',
          reason: hasTree && !plan.defconfigs.includes(NOMMU) ? 'This tree has no nommu defconfig.' : null,
        },
        ...others.map((value) => ({ value, title: value, text: 'Of arch/um/configs.' })),
      ]}
      onChange={(defconfig) => editBuild({ defconfig })}
    />
  );
}
