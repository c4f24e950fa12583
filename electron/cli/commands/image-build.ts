import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@shared/amounts.js';
import { describeError, Failure } from '@shared/errors/paddock-error.js';
import { nearestImageName } from '@shared/images/image-name.js';
import { askedPasswords, recipeSchema, secretOf, type Recipe } from '@shared/images/recipe.js';
import { secretsIn } from '../secrets.js';
import { fail, withSession, type Session } from '../session.js';
import { printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';
import { followJob, ResumableFailure } from '../wait-job.js';

/** `paddock image recipes` */
export async function listRecipes(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  await withSession(async ({ client }) => {
    const all = (await client.must('images.recipes', {})).recipes;
    if (values.json) return printJson(all);
    printTable(
      ['NAME', 'WHAT', 'WHOSE'],
      all.map(({ recipe, shipped }) => [recipe.name, recipe.title, shipped ? 'Paddock’s' : 'yours']),
    );
  });
}

/** `paddock image recipe NAME` */
export async function showRecipe(args: string[]): Promise<void> {
  const options = {
    save: { type: 'boolean', default: false },
    remove: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const wanted = onlyWord(positionals, 'the recipe');
  await withSession(async (session) => {
    if (values.remove) return void (await session.client.must('images.removeRecipe', { name: wanted }));
    const recipe = await recipeOf(session, wanted);
    if (values.save) await session.client.must('images.saveRecipe', { recipe });
    else printJson(recipe);
  });
}

/** `paddock image build RECIPE`, or `--from PATH` without one */
export async function buildImage(args: string[]): Promise<void> {
  const options = {
    name: { type: 'string' },
    from: { type: 'string' },
    plan: { type: 'boolean', default: false },
    'password-file': { type: 'string', multiple: true, default: [] as string[] },
    quiet: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const { from } = values;
  if (from !== undefined && positionals.length > 0)
    throw new UsageError('--from is in the place of a recipe: give one of them');
  const wanted = from ?? onlyWord(positionals, 'the recipe, or --from PATH,');
  const secrets = await secretsIn(values['password-file']);
  await withSession(async (session) => {
    const recipe = await (from === undefined ? recipeOf(session, wanted) : recipeFrom(session, from));
    const name = values.name ?? recipe.name;
    if (values.plan) {
      const plan = await session.client.must('images.plan', { recipe, name });
      if (values.json) return printJson(plan);
      for (const { title, command } of plan.steps)
        process.stdout.write(`${title}\n${command === null ? '' : `    ${command}\n`}`);
      process.stdout.write(
        `about ${Math.ceil(plan.seconds)} s; needs ${formatBytes(plan.spaceBytes)} of ${formatBytes(plan.freeBytes)} free; the image ${formatBytes(plan.imageBytes)}\n`,
      );
      for (const text of plan.notes) process.stdout.write(`${text}\n`);
      for (const problem of plan.problems) {
        const { sentence, fix } = describeError(problem);
        process.stdout.write(`problem: ${sentence} ${fix}\n`);
      }
      if (plan.problems.length > 0) process.exitCode = 1;
      return;
    }
    const missing = askedPasswords(recipe).filter((user) => secretOf(secrets, user) === undefined);
    if (missing.length > 0)
      throw new UsageError(`give a password for ${missing.join(', ')}: --password-file USER=FILE`);
    const { jobId } = await session.client.must('images.build', { recipe, name, secrets });
    const job = await followJob(session, jobId, values.quiet).catch(async (error: unknown) => {
      // Nobody goes on with it from here: its name and its room are free again.
      await session.client.call('jobs.clear', { id: jobId });
      // So there is nothing to retry.
      throw error instanceof ResumableFailure ? new Failure(error.error) : error;
    });
    if (values.json) printJson(session.state.images[job.result ?? '']);
    else process.stdout.write(`${name} is ready\n`);
  });
}

async function recipeOf(session: Session, wanted: string): Promise<Recipe> {
  if (wanted.includes('/'))
    return (await session.client.must('images.readRecipe', { path: resolve(wanted) })).recipe;
  const { recipes: all } = await session.client.must('images.recipes', {});
  const found = all.find(({ recipe }) => recipe.name === wanted);
  if (!found)
    throw new UsageError(
      `there is no recipe called ${wanted}: paddock image recipes shows them; a file needs a / in its path`,
    );
  return found.recipe;
}

/** What is made of a file or a layout, as it is: the host tells by looking whether that is a tree or a disk. */
async function recipeFrom(session: Session, from: string): Promise<Recipe> {
  const { kind, path, summary, why } = await session.client.must('images.inspect', { path: resolve(from) });
  if (kind !== 'tree' && kind !== 'disk')
    fail({ code: 'image-source', params: { path, why: why ?? `it is ${summary}` }, detail: null });
  const name = nearestImageName(basename(path).replace(/(?<=.)\..*$/, ''));
  return recipeSchema.parse({
    version: 1,
    name: name === '' ? `imported-${kind}` : name,
    title: `Made from a ${kind === 'tree' ? 'root file system' : 'disk'}`,
    source: { kind, path },
  });
}
