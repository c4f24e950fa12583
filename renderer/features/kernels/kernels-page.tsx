import { useEffect, type ReactNode } from 'react';
import type { Job } from '@shared/jobs/job.js';
import { kernelJobKinds } from '@shared/jobs/job.js';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { selectKernelRow, useKernelsUi } from '../../stores/kernels-store.js';
import { CpuIcon } from '../../ui/icons.js';
import { PickList, PickRow } from '../../ui/pick-list.js';
import { KernelDetail, type KernelDeeds } from './kernel-detail.js';
import { kernelMarks, originText } from './kernel-words.js';
import './kernels-page.css';

/** What the page takes. */
export interface KernelsPageProps {
  kernels: Readonly<Record<string, Kernel>>;
  vms: Readonly<Record<string, VmView>>;
  jobs: Readonly<Record<string, Job>>;
  stateIcon: (vm: VmView) => ReactNode;
  jobMark: (job: Job) => ReactNode;
  jobPage: (job: Job) => ReactNode;
  deeds: KernelDeeds;
}

/** The kernels there are, and those on their way, and beside them what the selected one is and can do. */
export function KernelsPage({ kernels, vms, jobs, stateIcon, jobMark, jobPage, deeds }: KernelsPageProps) {
  const chosen = useKernelsUi((ui) => ui.selected);
  const all = newestFirst(Object.values(kernels));
  const work = Object.values(jobs).filter(
    (job) => kernelJobKinds.some((kind) => kind === job.kind) && job.state !== 'succeeded',
  );
  const rows = [...work.map(({ id }) => `job:${id}`), ...all.map(({ path }) => `kernel:${path}`)];
  const selected = chosen !== null && rows.includes(chosen) ? chosen : (rows[0] ?? null);
  const machines = Object.values(vms);
  const job = work.find(({ id }) => selected === `job:${id}`);
  const kernel = all.find(({ path }) => selected === `kernel:${path}`);
  // A job that made a kernel shows it.
  const made = chosen?.startsWith('job:') === true ? jobs[chosen.slice('job:'.length)] : undefined;
  useEffect(() => {
    if (made?.state === 'succeeded' && made.result !== null) selectKernelRow(`kernel:${made.result}`);
  }, [made]);
  return (
    <div className="pickplace">
      <PickList label="Kernels" className="picklist kernellist">
        {work.map((one) => (
          <Row
            key={one.id}
            id={`job:${one.id}`}
            isSelected={one === job}
            icon={jobMark(one)}
            title={one.title}
          >
            {one.state === 'running' ? one.detail || 'working' : one.state}
          </Row>
        ))}
        {all.map((one) => {
          const users = machines.filter(({ kernelPath }) => kernelPath === one.path).length;
          return (
            <Row
              key={one.path}
              id={`kernel:${one.path}`}
              isSelected={one === kernel}
              icon={<CpuIcon />}
              title={one.version}
              marks={kernelMarks(one)}
              aside={users === 0 ? '' : plural(users, 'machine')}
            >
              {originText(one)}
            </Row>
          );
        })}
      </PickList>
      <div className="picked">
        {job && jobPage(job)}
        {kernel && (
          <KernelDetail
            key={kernel.path}
            kernel={kernel}
            others={all.filter((one) => one !== kernel)}
            users={machines.filter(({ kernelPath }) => kernelPath === kernel.path)}
            vms={machines}
            stateIcon={stateIcon}
            deeds={deeds}
          />
        )}
      </div>
    </div>
  );
}

interface RowProps {
  id: string;
  isSelected: boolean;
  icon: ReactNode;
  title: string;
  marks?: readonly string[];
  aside?: string;
  children: ReactNode;
}

function Row({ id, isSelected, icon, title, marks = [], aside = '', children }: RowProps) {
  return (
    <PickRow isPicked={isSelected} onPick={() => selectKernelRow(id)}>
      <span className="kernelicon">{icon}</span>
      <span className="kernelname">
        <span className="row">
          <b className="med ell">{title}</b>
          {marks.map((mark) => (
            <span key={mark} className="kernelmark">
              {mark}
            </span>
          ))}
        </span>
        <span className="xs ter ell kernelfrom">{children}</span>
      </span>
      <span className="xs ter kernelaside">{aside}</span>
    </PickRow>
  );
}
