import type { ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { Image } from '@shared/images/image.js';
import type { Job } from '@shared/jobs/job.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useImagesView } from '../../stores/images-store.js';
import { ErrorNote } from '../../ui/note.js';
import { askImage } from './ask-image.js';
import { ImageBar } from './image-bar.js';
import type { ImageDeeds } from './image-deeds.js';
import { ImageFacts } from './image-facts.js';
import { focusImages } from './image-list.js';
import { ImageNote } from './image-note.js';
import { ImageUsersList } from './image-users.js';
import { ImageWork } from './image-work.js';
import { jobOfImage } from './image-rows.js';
import { usersOf } from '@shared/images/image-users.js';
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
}

/** All there is to know of an image, and what can be done to it. */
export function ImageDetail(props: ImageDetailProps) {
  const { image, state, stateIcon, progress, deeds, onShowJob } = props;
  const job = jobOfImage(state.jobs, image.id);
  const users = usersOf(state, image);
  const base = Object.values(state.bases).find(
    ({ imageId, path }) => imageId === image.id || path === image.path,
  );
  const problem = useImagesView((view) => view.problem);
  const trash = async (): Promise<void> => {
    // The page, with the button that was pressed, goes with it.
    if (await askImage('images.trash', image)) focusImages();
  };
  return (
    <>
      <ImageBar
        image={image}
        users={users}
        job={job}
        base={base}
        deeds={deeds}
        onCompact={() => void askImage('images.compact', image)}
        onTrash={() => void trash()}
      />
      <div className="page imagepage" id="image-detail" tabIndex={-1}>
        {problem?.imageId === image.id && <ErrorNote error={problem.error} />}
        {job && <ImageWork job={job} progress={progress} onShow={() => onShowJob(job.id)} />}
        <div className="imagecols">
          <ImageFacts
            image={image}
            base={base}
            job={job}
            onCount={() => void askImage('images.checksum', image)}
          />
          <div className="imagecol">
            <ImageUsersList users={users} stateIcon={stateIcon} deeds={deeds} image={image} />
            <ImageNote key={image.id} image={image} />
          </div>
        </div>
      </div>
    </>
  );
}
