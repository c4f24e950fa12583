import { mconsoleCommands, type MconsoleCommand } from '@shared/mconsole/mconsole-commands.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { CommandRow } from './command-row.js';
import { giveCommand } from './transcript-store.js';
import { Transcript, type AnswerView } from './transcript.js';
import '../../ui/page.css';
import './mconsole.css';

const groups: readonly { effect: MconsoleCommand['effect']; title: string }[] = [
  { effect: 'asks', title: 'Ask' },
  { effect: 'changes', title: 'Change' },
  { effect: 'interrupts', title: 'Interrupt' },
];

/** Every command of a machine's management console, and what was said there; `Answer` draws what it answered. */
export function ControlTab({ vm, Answer }: { vm: VmView; Answer: AnswerView }) {
  const allowance = vmActionAllowance('control', vm.state);
  const reason = allowance.allowed ? null : allowance.reason;
  const give = (command: string): void => void giveCommand(vm.id, command);
  return (
    <div className="control">
      <h2 className="sr">Control</h2>
      <div className="scroll commands">
        {reason && (
          <p className="sec commandsoff">Its management console answers while its kernel runs. {reason}</p>
        )}
        {groups.map(({ effect, title }) => (
          <section key={effect} aria-label={title}>
            <h3>{title}</h3>
            <ul>
              {mconsoleCommands
                .filter((command) => command.effect === effect)
                .map((command) => (
                  <CommandRow
                    key={command.word}
                    command={command}
                    reason={reason ?? pauseReason(command, vm)}
                    onGive={give}
                  />
                ))}
            </ul>
          </section>
        ))}
      </div>
      <Transcript vmId={vm.id} kernelPath={vm.kernelPath} Answer={Answer} />
    </div>
  );
}

/** Pausing and going on exclude each other; what the kernel would say to that is said before. */
function pauseReason({ word }: MconsoleCommand, vm: VmView): string | null {
  if (word !== 'stop' && word !== 'go') return null;
  const allowance = vmActionAllowance(word === 'stop' ? 'pause' : 'resume', vm.state);
  return allowance.allowed ? null : allowance.reason;
}
