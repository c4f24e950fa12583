import debian12 from '../../../assets/recipes/debian-12.json?raw';
import busybox from '../../../assets/recipes/debian-12-busybox.json?raw';
import sysvinit from '../../../assets/recipes/debian-12-sysvinit.json?raw';
import debian13 from '../../../assets/recipes/debian-13.json?raw';
import router from '../../../assets/recipes/debian-router.json?raw';
import labRouter from '../../../assets/recipes/lab-router.json?raw';
import tiny from '../../../assets/recipes/tiny-linux.json?raw';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { recipeSchema, type Recipe } from '@shared/images/recipe.js';
import { readJson, statOrNull, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { writeNewFile } from '../platform/new-file.js';

/** They are part of the program: a package has no assets folder. */
const shipped: readonly Recipe[] = [tiny, debian12, sysvinit, busybox, debian13, router, labRouter].map(
  (text) => recipeSchema.parse(JSON.parse(text)),
);

/** The recipes: those that come with Paddock, and `<folder>/<name>.json` for each that was saved. */
export class RecipeService {
  constructor(private readonly folder: string) {}

  /** All of them, by their titles; shipped ones first. */
  async list(): Promise<{ recipe: Recipe; shipped: boolean }[]> {
    const names = await readdir(this.folder).catch(() => []);
    const own: Recipe[] = [];
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const read = await readJson(join(this.folder, name), recipeSchema);
      if (read.ok) own.push(read.value);
      else log('warn', 'recipe can’t be read', { name, why: read.why });
    }
    const byTitle = (a: Recipe, b: Recipe): number => a.title.localeCompare(b.title, 'en', { numeric: true });
    return [
      ...shipped.toSorted(byTitle).map((recipe) => ({ recipe, shipped: true })),
      ...own.toSorted(byTitle).map((recipe) => ({ recipe, shipped: false })),
    ];
  }

  /** The recipe of a name, or in a file when it has a slash. Throws Failure: recipe-unknown, recipe-invalid. */
  async get(wanted: string): Promise<Recipe> {
    if (isAbsolute(wanted)) return this.read(wanted);
    const found = (await this.list()).find(({ recipe }) => recipe.name === wanted);
    if (!found) throw failure('recipe-unknown', { name: wanted });
    return found.recipe;
  }

  /** Keeps one under its name. Throws Failure recipe-shipped. */
  async save(recipe: Recipe): Promise<void> {
    if (shipped.some(({ name }) => name === recipe.name))
      throw failure('recipe-shipped', { name: recipe.name });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeJson(join(this.folder, `${recipe.name}.json`), recipe);
  }

  /** Forgets one that was saved. Throws Failure: recipe-shipped, recipe-unknown. */
  async remove(name: string): Promise<void> {
    if (shipped.some((recipe) => recipe.name === name)) throw failure('recipe-shipped', { name });
    const path = join(this.folder, `${name}.json`);
    if (!(await statOrNull(path))) throw failure('recipe-unknown', { name });
    await rm(path);
  }

  /** Reads one from a file of somebody's. Throws Failure recipe-invalid. */
  async read(path: string): Promise<Recipe> {
    if (!isAbsolute(path)) throw failure('recipe-invalid', { path, why: 'its path must start with /' });
    const read = await readJson(path, recipeSchema);
    if (!read.ok) throw failure('recipe-invalid', { path, why: read.why });
    return read.value;
  }

  /** Writes one to a file that isn't there yet. Throws Failure: export-exists, export-failed. */
  async write(recipe: Recipe, path: string): Promise<string> {
    const text = `${JSON.stringify(recipe, null, 2)}\n`;
    const written = await writeNewFile(path, (file) => file.writeFile(text));
    return written.path;
  }
}
