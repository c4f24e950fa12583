import {
  buildOptionGroups,
  buildOptionIds,
  buildOptions,
  optionConflicts,
  type BuildOptionId,
} from '@shared/kernels/build-options.js';
import { Checkbox } from '../../../ui/field.js';
import { editBuild, type BuildDraft } from './build-draft.js';

/** What users of UML want in a kernel, each with what it is good for. */
export function OptionList({ draft }: { draft: BuildDraft }) {
  const { options } = draft;
  const set = (id: BuildOptionId, isOn: boolean): void =>
    editBuild({ options: buildOptionIds.filter((one) => (one === id ? isOn : options.includes(one))) });
  const conflicts = optionConflicts(options, draft.defconfig.includes('nommu'));
  return (
    <section className="kbuildpart" aria-label="Options">
      <h2 className="med">Options</h2>
      {conflicts.map((text) => (
        <p key={text} className="xs kconflict" role="status">
          {text}
        </p>
      ))}
      <div className="koptions">
        {buildOptionGroups.map((group) => (
          <fieldset key={group} className="koptiongroup">
            <legend className="lab">{group}</legend>
            {buildOptionIds
              .filter((id) => buildOptions[id].group === group)
              .map((id) => (
                <Checkbox
                  key={id}
                  label={buildOptions[id].title}
                  text={buildOptions[id].about}
                  checked={options.includes(id)}
                  onChange={(isOn) => set(id, isOn)}
                />
              ))}
          </fieldset>
        ))}
      </div>
    </section>
  );
}
