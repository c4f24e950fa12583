import type { ReactNode } from 'react';
import type { Benchmark } from '@shared/benchmarks/benchmark.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { formatMoment, plural } from '../../lib/format.js';
import { selectBenchmark, useKernelsUi } from '../../stores/kernels-store.js';
import { ClockIcon, PlusIcon } from '../../ui/icons.js';
import { PickList, PickRow } from '../../ui/pick-list.js';
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
  const all = Object.values(benchmarks).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const rows = [NEW, ...all.map(({ id }) => id)];
  const selected = chosen !== null && rows.includes(chosen) ? chosen : (rows[1] ?? NEW);
  const shown = all.find(({ id }) => id === selected);
  const work = Object.values(jobs)
    .filter(({ kind }) => kind === 'benchmark')
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const job = work.find(({ state }) => isJobActive(state));
  return (
    <div className="pickplace">
      <PickList label="Benchmarks" className="picklist benchlist">
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
      </PickList>
      <div className="picked">
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
    <PickRow isPicked={isSelected} onPick={() => selectBenchmark(id)}>
      <span className="sec row">{icon}</span>
      <span className="col grow">
        <b className="med ell">{title}</b>
        <span className="xs ter ell">{children}</span>
      </span>
    </PickRow>
  );
}

interface RowProps {
  id: string;
  isSelected: boolean;
  icon: ReactNode;
  title: string;
  children: ReactNode;
}
