import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tabConsoles } from '@shared/consoles/channel.js';
import { recipeSchema, type Recipe, type RecipeInput, type Secrets } from '@shared/images/recipe.js';
import type { Job } from '@shared/jobs/job.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import type { ConsoleReader } from './console-reader.js';
import { TestHost } from './test-host.js';

/** As whom a host builds: an ordinary user without subordinate ids can have no user namespace with more than itself. */
export type Builder = 'root' | 'a user' | 'a user without user namespaces';

/** A recipe of a source, with defaults for the rest. */
export function labRecipe(source: RecipeInput['source'], more: Partial<RecipeInput> = {}): Recipe {
  return recipeSchema.parse({ version: 1, name: 'lab', title: 'Lab', source, ...more });
}

/** A host that builds images, and machines on them. */
export class BuildLab {
  private constructor(
    readonly host: TestHost,
    readonly user: OrdinaryUser | null,
  ) {}

  /** Starts a host; `inside`: a program, with arguments, that it is started by. */
  static async start(as: Builder = 'root', inside: readonly string[] = []): Promise<BuildLab> {
    const none = ['-K', 'SUB_UID_COUNT=0', '-K', 'SUB_GID_COUNT=0'];
    const user = as === 'root' ? null : OrdinaryUser.make(as === 'a user' ? [] : none);
    const host = TestHost.folders();
    const lab = new BuildLab(host, user);
    if (user) for (const path of [host.home, join(host.home, 'run')]) chownSync(path, user.uid, user.gid);
    chmodSync(host.home, 0o755);
    await lab.launch(inside);
    return lab;
  }

  /** Starts the host again, as who it was. */
  async launch(inside: readonly string[] = []): Promise<void> {
    const { user } = this;
    const as = user ? user.under : [];
    const said = await this.host.launch({ under: [...inside, ...as] });
    if (said !== 'ready') throw new Error(said);
  }

  /** What is in the library's folder: nothing half-made is. */
  library(): string[] {
    return readdirSync(join(this.host.dataDir, 'images')).sort();
  }

  /** Begins a build; resolves to its job's id. */
  async begin(recipe: Recipe, name = 'img', secrets: Secrets = {}): Promise<string> {
    return (await this.host.client.must('images.build', { recipe, name, secrets })).jobId;
  }

  /** The job when it has ended; one that failed says why in the test's output. */
  async ended(jobId: string, seconds = 200): Promise<Job> {
    const look = 'the job ends';
    return this.host.until(look, ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], seconds);
  }

  /** Builds an image to its end. */
  async build(recipe: Recipe, name = 'img', secrets: Secrets = {}): Promise<Job> {
    return this.ended(await this.begin(recipe, name, secrets));
  }

  /** All that a job's programs printed. */
  async log(jobId: string): Promise<string> {
    return (await this.host.client.must('jobs.log', { id: jobId, from: 0 })).lines.join('\n');
  }

  /** Waits for a line of a job's programs. */
  async line(jobId: string, pattern: RegExp, seconds = 60): Promise<void> {
    for (let from = 0; ;) {
      const at = from;
      await this.host.until(String(pattern), ({ jobs }) => (jobs[jobId]?.logLines ?? 0) > at, seconds);
      const { lines } = await this.host.client.must('jobs.log', { id: jobId, from });
      if (lines.some((line) => pattern.test(line))) return;
      from += lines.length;
    }
  }

  /** Starts a machine on an image and waits for its login prompt. */
  async boot(image: string, memoryMiB = 192): Promise<{ id: VmId; con0: ConsoleReader }> {
    const consoles = tabConsoles(2);
    const asked = { name: null, image, memoryMiB, kernelPath: null, consoles, start: true };
    const { id } = await this.host.client.must('vms.create', asked);
    const con0 = await this.host.console(id);
    await con0.expect(/login: $/, 90);
    return { id, con0 };
  }

  /** Ends all of it. */
  async remove(): Promise<void> {
    await this.host.remove();
    this.user?.remove();
  }
}
