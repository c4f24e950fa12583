import { useState } from 'react';
import { IconButton } from '../../ui/button.js';
import { CloseIcon } from '../../ui/icons.js';

/** What the tags take. */
export interface TagsSettingProps {
  tags: readonly string[];
  onChange: (tags: string[]) => void;
}

/** The tags of a machine as chips, and a place to type one more. */
export function TagsSetting({ tags, onChange }: TagsSettingProps) {
  const [typed, setTyped] = useState('');
  const add = (): void => {
    const tag = typed.trim();
    setTyped('');
    if (tag !== '' && !tags.includes(tag)) onChange([...tags, tag]);
  };
  return (
    <div className="input tagsinput">
      {tags.map((tag) => (
        <span key={tag} className="badge chip">
          <span className="ell">{tag}</span>
          <IconButton
            label={`Remove the tag ${tag}`}
            icon={<CloseIcon size="s" />}
            onClick={() => onChange(tags.filter((other) => other !== tag))}
          />
        </span>
      ))}
      <input
        aria-label="New tag"
        placeholder={tags.length === 0 ? 'router, course-3 …' : 'one more'}
        value={typed}
        maxLength={40}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ',') {
            event.preventDefault();
            add();
          } else if (event.key === 'Backspace' && typed === '') onChange(tags.slice(0, -1));
        }}
      />
    </div>
  );
}
