import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallInput, CallOutput } from '@shared/api/calls.js';
import { imageSchema, type Image, type ImageInput } from '@shared/images/image.js';
import type { Job } from '@shared/jobs/job.js';
import { TestHost } from './test-host.js';

/** Calls that answer with a job. */
type JobCall =
  | 'images.grow'
  | 'images.check'
  | 'images.compact'
  | 'images.convert'
  | 'images.checksum'
  | 'images.export'
  | 'images.import'
  | 'images.customise';

/** A host with images in its library that a test made itself, with programs of this computer. */
export class ImageLab {
  private constructor(readonly host: TestHost) {}

  /** Makes folders, lets `fill` put images there, and starts a host, as root or as somebody else. */
  static async start(fill: (lab: ImageLab) => void, user: string | null = null): Promise<ImageLab> {
    const lab = new ImageLab(TestHost.folders());
    mkdirSync(lab.folder, { recursive: true });
    mkdirSync(join(lab.host.home, 'work'));
    fill(lab);
    const under = user === null ? [] : lab.become(user);
    const said = await lab.host.launch({ under });
    if (said !== 'ready') throw new Error(said);
    return lab;
  }

  /** The library. */
  get folder(): string {
    return join(this.host.dataDir, 'images');
  }

  /** A folder to work in. */
  path(name: string): string {
    return join(this.host.home, 'work', name);
  }

  /** Runs a script of ours in that folder. */
  sh(script: string): string {
    return execFileSync('bash', ['-ec', script], {
      cwd: join(this.host.home, 'work'),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Puts a disk of the work folder into the library. */
  add(name: string, more: Partial<ImageInput> = {}): void {
    const path = join(this.folder, `${name}.img`);
    copyFileSync(this.path(name), path);
    execFileSync('chmod', ['0444', path]);
    const image = imageSchema.parse({
      version: 1,
      id: name,
      name,
      kind: 'disk',
      path,
      sizeBytes: 0,
      createdAt: new Date().toISOString(),
      origin: 'a test',
      ...more,
    });
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(image));
  }

  /** The file of an image. */
  disk(name: string): string {
    return join(this.folder, `${name}.img`);
  }

  image(name: string): Image {
    const image = this.host.state.images[name];
    if (!image) throw new Error(`no image ${name}`);
    return image;
  }

  /** Waits for the end of a job. */
  async job<C extends JobCall>(call: C, input: CallInput<C>): Promise<Job> {
    const { jobId } = (await this.host.client.must(call, input)) as CallOutput<C> & { jobId: string };
    return this.ended(jobId);
  }

  /** Waits until a job has ended. */
  ended(jobId: string): Promise<Job> {
    return this.host.until(
      `the end of job ${jobId}`,
      ({ jobs }) => (jobs[jobId] !== undefined && jobs[jobId].endedAt !== null ? jobs[jobId] : null),
      90,
    );
  }

  /** What is left over in the library besides images and their records. */
  leftovers(): string[] {
    return readdirSync(this.folder).filter((name) => !/^[a-z0-9-]+\.(img|json)$/.test(name));
  }

  private become(user: string): string[] {
    const id = (flag: string): string => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim();
    execFileSync('chown', ['-R', `${user}:`, this.host.home]);
    this.host.env['HOME'] = this.host.home;
    return ['setpriv', `--reuid=${id('-u')}`, `--regid=${id('-g')}`, '--clear-groups', '--'];
  }
}
