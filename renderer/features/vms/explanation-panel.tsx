import { useState, type ReactNode } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { formatBetween, formatMoment } from '../../lib/format.js';
import { CopyButton } from '../../ui/copy-button.js';
import { BadIcon, ChevronDownIcon, ChevronUpIcon } from '../../ui/icons.js';
import { IconButton } from '../../ui/button.js';
import { explanation } from './machine-words.js';
import './explanation-panel.css';

/** Why a machine stopped, in one sentence with a fix; nothing when all is well. `children`: the best way on. */
export function ExplanationPanel({ vm, children }: { vm: VmView; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  const why = explanation(vm);
  if (!why) return null;
  return (
    <section className={isOpen ? 'whystop open' : 'whystop'} aria-label="Why did it stop?">
      <BadIcon size="l" />
      <div className="col">
        <h2>{why.headline}</h2>
        {why.text && <p className="sec whytext">{why.text}</p>}
        <div className="row wrap whydeeds">
          {children}
          <CopyButton write={() => bridge.clipboard.writeText(report(vm, why))}>Copy report</CopyButton>
        </div>
      </div>
      <IconButton
        className="show-xs"
        label={isOpen ? 'Say less' : 'Say more'}
        aria-expanded={isOpen}
        icon={isOpen ? <ChevronUpIcon /> : <ChevronDownIcon />}
        onClick={() => setIsOpen(!isOpen)}
      />
    </section>
  );
}

function report(vm: VmView, why: { headline: string; text: string }): string {
  const { lastEnd: end } = vm;
  return [
    `Machine ${vm.name}, run ${vm.runNumber}, ${vm.state}`,
    why.headline,
    why.text,
    `Kernel: ${vm.kernelPath} ${vm.kernelVersion}`,
    `Memory: ${vm.memoryMiB} MB`,
    `Layer: ${vm.layer?.path ?? 'none'} on ${vm.layer?.basePath ?? 'nothing'}`,
    end &&
      `Ended: ${formatMoment(end.at)}${vm.runStartedAt ? ` after ${formatBetween(vm.runStartedAt, end.at)}` : ''}, ` +
        (end.signal ? `signal ${end.signal}` : `exit code ${end.exitCode ?? 'unknown'}`),
  ]
    .filter(Boolean)
    .join('\n');
}
