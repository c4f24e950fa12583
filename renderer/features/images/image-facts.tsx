import type { Image } from '@shared/images/image.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import type { Base } from '@shared/layers/layer.js';
import { baseStateText } from '@shared/layers/layer-state-text.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes, formatMoment } from '../../lib/format.js';
import { CopyButton } from '../../ui/copy-button.js';
import { LinkButton } from '../../ui/link-button.js';
import { Note } from '../../ui/note.js';
import { rootWords } from '@shared/images/root-words.js';

/** What the facts take. */
interface ImageFactsProps {
  image: Image;
  base: Base | undefined;
  job: Job | null;
  onCount: () => void;
}

/** What an image is, holds and takes. */
export function ImageFacts({ image, base, job, onCount }: ImageFactsProps) {
  const isBad = base !== undefined && base.state.kind !== 'ok';
  return (
    <div className="imagecol">
      {isBad && (
        <Note level={base.state.kind === 'missing' ? 'err' : 'warn'}>
          {baseStateText(base.state).sentence}
        </Note>
      )}
      <section aria-labelledby="image-disk">
        <h2 id="image-disk">Disk</h2>
        <dl className="kv">
          <dt>Root</dt>
          <dd>{rootWords(image)}</dd>
          <dt>Size</dt>
          <dd className="num">
            {formatBytes(image.sizeBytes)}
            <span className="ter"> as the guest sees it</span>
          </dd>
          <dt>On disk</dt>
          <dd className="num">
            {base ? (
              <>
                {formatBytes(base.onDiskBytes)} <span className="ter">really taken here</span>
                <Share part={base.onDiskBytes} whole={image.sizeBytes} />
              </>
            ) : (
              <span className="ter">not measured yet</span>
            )}
          </dd>
          <dt>Writing</dt>
          <dd>
            {base?.isReadOnly === false ? 'its file may be written' : 'kept read-only, as layers need it'}
          </dd>
          <dt>Checksum</dt>
          <dd>
            <Checksum image={image} job={job} onCount={onCount} />
          </dd>
          <dt>File</dt>
          <dd>
            <code className="imagepath">{image.path}</code>
            <CopyButton className="imagecopy" write={() => bridge.clipboard.writeText(image.path)}>
              Copy path
            </CopyButton>
          </dd>
        </dl>
      </section>
      <section aria-labelledby="image-made">
        <h2 id="image-made">Made</h2>
        <dl className="kv">
          <dt>When</dt>
          <dd>{formatMoment(image.createdAt)}</dd>
          <dt>From</dt>
          <dd>{image.origin === '' ? <span className="ter">not known</span> : image.origin}</dd>
          {image.recipe !== '' && (
            <>
              <dt>Recipe</dt>
              <dd className="mono">{image.recipe}</dd>
            </>
          )}
          {image.init !== null && (
            <>
              <dt>First program</dt>
              <dd className="mono">{image.init}</dd>
            </>
          )}
          <dt>Guest tools</dt>
          <dd>{image.guestTools ? 'in it' : <span className="sec">not in it</span>}</dd>
        </dl>
      </section>
    </div>
  );
}

/** How much of the size is really taken, as a line. */
function Share({ part, whole }: { part: number; whole: number }) {
  const percent = whole === 0 ? 0 : Math.min(100, (part / whole) * 100);
  return (
    <span className="imageshare" aria-hidden="true">
      <i style={{ width: `${Math.max(1, percent)}%` }} />
    </span>
  );
}

function Checksum({ image, job, onCount }: Pick<ImageFactsProps, 'image' | 'job' | 'onCount'>) {
  const { checksum } = image;
  if (job?.kind === 'checksum-image' && isJobActive(job.state))
    return <span className="sec">being counted…</span>;
  if (checksum === null)
    return (
      <>
        <span className="ter">not counted yet. </span>
        <LinkButton onClick={onCount}>Count sha256</LinkButton>
      </>
    );
  const isOld = checksum.bytes !== image.sizeBytes;
  return (
    <>
      <code className="imagesum">{checksum.sha256}</code>
      <span className="row imagesumdeeds">
        <span className="xs ter">
          sha256, {formatMoment(checksum.at)}
          {isOld && ', of another size than now'}
        </span>
        <CopyButton className="imagecopy" write={() => bridge.clipboard.writeText(checksum.sha256)}>
          Copy
        </CopyButton>
        <LinkButton onClick={onCount}>Count again</LinkButton>
      </span>
    </>
  );
}
