import { useRef, type ReactNode } from 'react';
import type { Benchmark } from '@shared/benchmarks/benchmark.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { formatMoment, plural } from '../../lib/format.js';
import { selectBenchmark, useKernelsUi } from '../../stores/kernels-store.js';
import { classNames } from '../../ui/class-names.js';
import { ClockIcon, PlusIcon } from '../../ui/icons.js';
import { BenchmarkDetail } from './benchmark-detail.js';
import { BenchmarkForm } from './benchmark-form.js';
import '../../ui/page.css';
import './benchmarks.css';

/** What the page takes. */
export interface BenchmarksPageProps {
  benchmarks: Readonly<Record<string, Benchmark>>;
  kernels: Readonly<Record<string, Kernel>>;
  jobs: Readonly<Record<string, Job>>;
  jobProgress: (job: Job) => ReactNode;
}

const NEW = 'new';

/** The benchmarks there are, and beside them the selected one, or what is to be measured next. */
export function BenchmarksPage({ benchmarks, kernels, jobs, jobProgress }: BenchmarksPageProps) {
  const chosen = useKernelsUi((ui) => ui.benchmark);
  const list = useRef<HTMLDivElement>(null);
  const all = Object.values(benchmarks).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const rows = [NEW, ...all.map(({ id }) => id)];
  const selected = chosen !== null && rows.includes(chosen) ? chosen : (rows[1] ?? NEW);
  const shown = all.find(({ id }) => id === selected);
  const work = Object.values(jobs)
    .filter(({ kind }) => kind === 'benchmark')
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const job = work.find(({ state }) => isJobActive(state));
  const move = (step: number): void => {
    const next = rows[rows.indexOf(selected) + step];
    if (next === undefined) return;
    selectBenchmark(next);
    list.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus();
  };
  return (
    <div className="benchmarks">
      <div
        ref={list}
        className="benchlist"
        role="listbox"
        tabIndex={-1}
        aria-label="Benchmarks"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          move(event.key === 'ArrowDown' ? 1 : -1);
        }}
      >
        <Row id={NEW} isSelected={selected === NEW} icon={<PlusIcon />} title="New benchmark">
          choose kernels and operations
        </Row>
        {all.map((one) => (
          <Row
            key={one.id}
            id={one.id}
            isSelected={one.id === selected}
            icon={<ClockIcon />}
            title={formatMoment(one.startedAt)}
          >
            {one.endedAt === null ? 'goes on' : summary(one)}
          </Row>
        ))}
      </div>
      <div className="benchbody">
        {shown ? (
          <BenchmarkDetail
            key={shown.id}
            benchmark={shown}
            others={all.filter((one) => one !== shown && one.endedAt !== null)}
            job={shown.endedAt === null ? (job ?? null) : null}
            jobProgress={jobProgress}
          />
        ) : (
          <div className="page narrow">
            {/* What is chosen at first depends on the kernels, and a window may be there before them. */}
            <BenchmarkForm
              key={Object.keys(kernels).join('\n')}
              kernels={Object.values(kernels)}
              isRunning={job !== undefined}
              lastError={work[0]?.error ?? null}
            />
          </div>
        )}
      </div>
    </div>
  );
}

function summary({ targets, plan, ended }: Benchmark): string {
  const versions = [...new Set(targets.flatMap(({ version }) => version ?? []))];
  const what = versions.length === 0 ? 'native' : versions.join(', ');
  return `${what}; ${plural(plan.operations.length, 'operation')}${ended === 'done' ? '' : `, ${ended ?? ''}`}`;
}

function Row({ id, isSelected, icon, title, children }: RowProps) {
  return (
    <div
      data-row={id}
      className={classNames('benchrow', isSelected && 'on')}
      role="option"
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      onClick={() => selectBenchmark(id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') selectBenchmark(id);
      }}
    >
      <span className="sec row">{icon}</span>
      <span className="col grow">
        <b className="med ell">{title}</b>
        <span className="xs ter ell">{children}</span>
      </span>
    </div>
  );
}

interface RowProps {
  id: string;
  isSelected: boolean;
  icon: ReactNode;
  title: string;
  children: ReactNode;
}
