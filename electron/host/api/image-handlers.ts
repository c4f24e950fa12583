import type { imageCalls } from '@shared/api/image-calls.js';
import { inspectSource } from '../images/inspect-source.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about images with their services. No logic of its own. */
export function imageHandlers({
  images,
  recipes,
  builds,
  library,
  imageDisks,
  archives,
  customises,
  browser,
}: Services): Pick<Handlers, keyof typeof imageCalls> {
  const job = async (jobId: Promise<string>): Promise<{ jobId: string }> => ({ jobId: await jobId });
  return {
    'images.makeTiny': () => images.tiny(),
    'images.recipes': async () => ({ recipes: await recipes.list() }),
    'images.saveRecipe': ({ recipe }) => recipes.save(recipe),
    'images.removeRecipe': ({ name }) => recipes.remove(name),
    'images.readRecipe': async ({ path }) => ({ recipe: await recipes.read(path) }),
    'images.writeRecipe': async ({ recipe, path }) => ({ path: await recipes.write(recipe, path) }),
    'images.inspect': ({ path }) => inspectSource(path),
    'images.plan': ({ recipe, name }) => builds.plan(recipe, name),
    'images.build': ({ recipe, name, secrets }) => job(builds.build(recipe, name, secrets)),
    'images.describe': ({ id, name, note }) => library.describe(id, name, note),
    'images.trash': ({ id }) => library.putAway(id),
    'images.checksum': ({ id }) => job(imageDisks.checksum(id)),
    'images.grow': ({ id, sizeMiB }) => job(imageDisks.grow(id, sizeMiB)),
    'images.check': ({ id, repair }) => job(imageDisks.check(id, repair)),
    'images.compact': ({ id }) => job(imageDisks.compact(id)),
    'images.convert': ({ id, path }) => job(imageDisks.convert(id, path)),
    'images.export': ({ id, path }) => job(archives.exportImage(id, path)),
    'images.import': ({ path, name }) => job(archives.importImage(path, name)),
    'images.customise': ({ id, changes, secrets }) => job(customises.customise(id, changes, secrets)),
    'images.browse': async ({ id, path }) => ({ entries: await browser.browse(id, path) }),
    'images.readFile': ({ id, path, to }) => browser.readFile(id, path, to),
  };
}
