import { useState, type ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';
import type { Job } from '@shared/jobs/job.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { ErrorNote } from '../../ui/note.js';
import { ImageBar } from './image-bar.js';
import type { ImageDeeds } from './image-deeds.js';
import { ImageFacts } from './image-facts.js';
import { ImageNote } from './image-note.js';
import { ImageUsersList } from './image-users.js';
import { ImageWork } from './image-work.js';
import { jobOfImage } from './image-rows.js';
import { usersOf } from './image-words.js';
import '../../ui/page.css';
import './image-detail.css';

/** What the details take. */
export interface ImageDetailProps {
  image: Image;
  state: Pick<HostState, 'bases' | 'layers' | 'vms' | 'jobs'>;
  stateIcon: (vm: VmView) => ReactNode;
  progress: (job: Job) => ReactNode;
  deeds: ImageDeeds;
  /** Shows a job with its log. */
  onShowJob: (jobId: string) => void;
  /** It went to the trash. */
  onGone: (name: string) => void;
}

/** All there is to know of an image, and what can be done to it. */
export function ImageDetail(props: ImageDetailProps) {
  const { image, state, stateIcon, progress, deeds, onShowJob, onGone } = props;
  const [error, setError] = useState<PaddockError | null>(null);
  const job = jobOfImage(state.jobs, image.id);
  const users = usersOf(state, image);
  const base = Object.values(state.bases).find(
    ({ imageId, path }) => imageId === image.id || path === image.path,
  );
  const ask = async (name: 'images.checksum' | 'images.compact' | 'images.trash'): Promise<void> => {
    const outcome = await callHost(name, { id: image.id });
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok && name === 'images.trash') onGone(image.name);
  };
  return (
    <>
      <ImageBar
        image={image}
        users={users}
        job={job}
        base={base}
        deeds={deeds}
        onCompact={() => void ask('images.compact')}
        onTrash={() => void ask('images.trash')}
      />
      <div className="page imagepage" id="image-detail" tabIndex={-1}>
        {error && <ErrorNote error={error} />}
        {job && <ImageWork job={job} progress={progress} onShow={() => onShowJob(job.id)} />}
        <div className="imagecols">
          <ImageFacts image={image} base={base} job={job} onCount={() => void ask('images.checksum')} />
          <div className="imagecol">
            <ImageUsersList users={users} stateIcon={stateIcon} deeds={deeds} image={image} />
            <ImageNote key={image.id} image={image} />
          </div>
        </div>
      </div>
    </>
  );
}
