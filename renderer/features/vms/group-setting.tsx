import { useState } from 'react';
import { ComboField } from '../../ui/combo-field.js';

/** What the group takes. */
export interface GroupSettingProps {
  value: string;
  /** Groups there are. */
  groups: readonly string[];
  /** True when it was taken. */
  onSave: (group: string) => Promise<boolean>;
}

/** The group of a machine: one that is there, a new one, or none. Saved as TextSetting does. */
export function GroupSetting({ value, groups, onSave }: GroupSettingProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const save = async (group: string): Promise<void> => {
    if (group === value || (await onSave(group))) setTyped(null);
  };
  return (
    <ComboField
      label="Group"
      value={typed ?? value}
      placeholder="in none"
      choices={groups.map((group) => ({ value: group, title: group }))}
      onChange={setTyped}
      onSettled={(group) => void save(group.trim())}
    />
  );
}
