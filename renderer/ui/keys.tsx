import { Fragment } from 'react';

/** Keys to press together. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <>
      {keys.map((key, n) => (
        <Fragment key={key}>
          {/* Read as words; drawn apart by the gap. */}
          {n > 0 && ' '}
          <kbd>{key}</kbd>
        </Fragment>
      ))}
    </>
  );
}
