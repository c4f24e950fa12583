import { failure } from '@shared/errors/paddock-error.js';
import type { SourceFacts } from '@shared/images/source-facts.js';

/** What a file or folder is. Throws Failure image-file when it can't be read. */
export async function inspectSource(path: string): Promise<SourceFacts> {
  throw failure('image-file', { path, why: 'sources can’t be looked at yet' });
}
