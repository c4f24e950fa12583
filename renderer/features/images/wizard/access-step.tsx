import { secretOf, type Secrets } from '@shared/images/recipe.js';
import { Button, IconButton } from '../../../ui/button.js';
import { ChoiceRows } from '../../../ui/choice-rows.js';
import { Checkbox, TextField } from '../../../ui/field.js';
import { CloseIcon, PlusIcon } from '../../../ui/icons.js';
import { Note } from '../../../ui/note.js';
import { SelectField } from '../../../ui/select-field.js';
import { TextArea } from '../../../ui/text-area.js';
import { PasswordField } from '../password-field.js';
import type { DraftFaults } from './draft-faults.js';
import type { ImageDraft, PasswordKind, UserDraft } from './image-draft.js';
import { DISK_AS_IT_IS, reasonAgainstPart } from './source-takes.js';
import { editDraft, useWizard } from './wizard-store.js';

/** What the step takes. */
interface AccessStepProps {
  faults: DraftFaults;
  /** Passwords by user; held by the wizard while it is open, and nowhere else. */
  secrets: Secrets;
  onSecrets: (secrets: Secrets) => void;
}

/** Who may come in: root, users, SSH keys. */
export function AccessStep({ faults, secrets, onSecrets }: AccessStepProps) {
  const draft = useWizard((wizard) => wizard.draft);
  if (draft.kind === 'disk') return <Note>{DISK_AS_IT_IS}</Note>;
  const noKeys = reasonAgainstPart('sshKeys', draft);
  const setSecret = (user: string, password: string): void => onSecrets({ ...secrets, [user]: password });
  return (
    <div className="wizfields">
      <ChoiceRows<PasswordKind>
        label="root"
        value={draft.root}
        choices={[
          { value: 'none', title: 'No password', text: 'Everybody at a console is root. Good for playing.' },
          { value: 'password', title: 'A password', text: 'Asked for at every login.' },
          {
            value: 'locked',
            title: 'Locked',
            text: 'Nobody logs in as root by password; a key or another user may.',
          },
          ...(draft.rootHash === ''
            ? []
            : [
                {
                  value: 'hash' as const,
                  title: 'The password of the recipe',
                  text: 'As a hash, which the recipe holds.',
                },
              ]),
        ]}
        onChange={(root) => editDraft({ root })}
      />
      {draft.root === 'password' && (
        <div className="wizgrid three">
          <PasswordField
            label="Password of root"
            value={secrets['root'] ?? ''}
            onChange={(password) => setSecret('root', password)}
          />
        </div>
      )}
      <section className="wizsection" aria-labelledby="access-users">
        <h3 id="access-users">Users</h3>
        <UserRows draft={draft} faults={faults} secrets={secrets} onSecret={setSecret} />
      </section>
      <section className="wizsection" aria-label="SSH">
        {noKeys === null ? (
          <TextArea
            label="SSH keys of root"
            rows={3}
            value={draft.sshKeys}
            placeholder="ssh-ed25519 AAAA… you@here"
            hint={
              faults['sshKeys'] ? (
                <span className="hint err" role="alert">
                  {faults['sshKeys'].text}
                </span>
              ) : (
                'Public keys, one a line, as they stand in ~/.ssh/*.pub. The image needs openssh-server to ask for them.'
              )
            }
            onChange={(event) => editDraft({ sshKeys: event.target.value })}
          />
        ) : (
          <div className="field">
            <span className="lab">SSH keys of root</span>
            <p className="wizwhynot">{noKeys}</p>
          </div>
        )}
      </section>
    </div>
  );
}

interface UserRowsProps {
  draft: ImageDraft;
  faults: DraftFaults;
  secrets: Secrets;
  onSecret: (user: string, password: string) => void;
}

function UserRows({ draft, faults, secrets, onSecret }: UserRowsProps) {
  const { users } = draft;
  const set = (n: number, change: Partial<UserDraft>): void =>
    editDraft({ users: users.map((user, other) => (other === n ? { ...user, ...change } : user)) });
  return (
    <>
      {users.map((user, n) => (
        <div key={n} className="userrow" role="group" aria-label={`User ${n + 1}`}>
          <TextField
            label="Name"
            value={user.name}
            placeholder="ada"
            error={user.name === '' ? undefined : faults[`users.${n}.name`]?.text}
            onChange={(event) => set(n, { name: event.target.value })}
          />
          <SelectField
            label="Password"
            value={user.password}
            choices={[
              { value: 'password', title: 'Has one' },
              { value: 'none', title: 'None' },
              { value: 'locked', title: 'Locked' },
              ...(user.hash === '' ? [] : [{ value: 'hash', title: 'Of the recipe' }]),
            ]}
            onChange={(password) => set(n, { password: password as PasswordKind })}
          />
          {user.password === 'password' ? (
            <PasswordField
              label={`Password of ${user.name.trim() || 'this user'}`}
              value={secretOf(secrets, user.name.trim()) ?? ''}
              reason={user.name.trim() === '' ? 'The name first.' : null}
              onChange={(password) => onSecret(user.name.trim(), password)}
            />
          ) : (
            <span />
          )}
          <span className="useradmin">
            <Checkbox label="May become root" checked={user.admin} onChange={(admin) => set(n, { admin })} />
          </span>
          <IconButton
            label={`Leave user ${n + 1} out`}
            icon={<CloseIcon size="s" />}
            onClick={() => editDraft({ users: users.filter((_, other) => other !== n) })}
          />
        </div>
      ))}
      <div>
        <Button
          icon={<PlusIcon />}
          onClick={() =>
            editDraft({ users: [...users, { name: '', password: 'password', hash: '', admin: false }] })
          }
        >
          Add a user
        </Button>
      </div>
    </>
  );
}
