import { HELPER_WORD, quietWords } from '../kernels/helper-words.js';
import { diskWord, noDiskFlags } from '../layers/disk.js';
import { shellText } from '../vms/command-line.js';

/** What the kernel of a helper is started with. */
export interface HelperPlace {
  kernelPath: string;
  umid: string;
  umlDir: string;
  memoryMiB: number;
  /** A private folder with init.sh and the folder `job`. */
  folder: string;
  disks: readonly { path: string; readOnly: boolean }[];
}

/** The argv of a helper: this computer's files as its root, only for as long as its init needs to leave them. */
export function helperCommandLine(place: HelperPlace): [string, ...string[]] {
  return [
    place.kernelPath,
    `umid=${place.umid}`,
    `uml_dir=${place.umlDir}`,
    `mem=${place.memoryMiB}M`,
    ...place.disks.map(({ path, readOnly }, n) =>
      diskWord({ unit: n + 1, path, base: null, serial: null, flags: { ...noDiskFlags, readOnly } }),
    ),
    'root=/dev/root',
    'rootfstype=hostfs',
    'ro',
    ...quietWords,
    HELPER_WORD,
    'init=/bin/sh',
    '--',
    `${place.folder}/init.sh`,
  ];
}

/** What its sh does first: `token` is a word that only host and helper know. */
export function helperInit(task: {
  token: string;
  folder: string;
  folders: Readonly<Record<string, string>>;
}): string {
  const binds = Object.entries(task.folders).map(([name, path]) => {
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) throw new Error(`no name of a folder: ${name}`);
    const from = shellText([path]);
    return `if [ -d ${from} ]; then mkdir host/${name}; else : > host/${name}; fi; mount --bind ${from} host/${name} || fail`;
  });
  return `PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH; LC_ALL=C.UTF-8; export LC_ALL
end() { echo; echo "${task.token} end $1"; sync; echo o > /proc/sysrq-trigger; sleep 10; }
fail() { echo "the helper’s own root can’t be made" >&2; mount -t proc proc /proc 2> /dev/null; end 90; }
# Of this computer only what is named here stays in sight: whatever comes out of a chroot is still in nothing but this.
mount -t tmpfs -o mode=755 none /mnt && cd /mnt || fail
mkdir usr etc host job proc sys dev tmp run mnt root var var/tmp old
chmod 1777 tmp var/tmp
for d in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$d" ]; then ln -s "$(readlink "/$d")" "$d"
  elif [ -d "/$d" ]; then mkdir "$d"; mount --bind "/$d" "$d"
  fi
done
mount --bind /usr usr || fail
mount --bind /etc etc || fail
mount --bind ${shellText([`${task.folder}/job`])} job || fail
${binds.join('\n')}
mount -t devtmpfs none dev && mount -t proc none proc && mount -t sysfs none sys || fail
mkdir -p dev/pts dev/shm; mount -t devpts none dev/pts
pivot_root . old && cd / && umount -l /old && rmdir /old || fail
echo "${task.token} begin"
sh /job/script.sh < /dev/null
code=$?
[ "$code" = 0 ] || dmesg 2> /dev/null | grep -E 'EXT4|XFS \\(|BTRFS [ew]|I/O error|Out of memory' | tail -5
end "$code"
`;
}

/** Takes what a helper prints, line by line, and keeps what its script said. */
export class HelperOutput {
  private readonly lines: string[] = [];
  /** What came outside of it, for when it never began. */
  private readonly around: string[] = [];
  private size = 0;
  private isIn = false;
  /** How the script ended; null: not yet, or never. */
  exitCode: number | null = null;

  constructor(
    private readonly token: string,
    private readonly bytesMax: number,
    private readonly tell: (line: string) => void,
  ) {}

  /** The next line. */
  add(line: string): void {
    const said = line.replace(/\r$/, '');
    if (said === `${this.token} begin`) this.isIn = true;
    else if (said.startsWith(`${this.token} end `)) {
      this.isIn = false;
      this.exitCode = Number.parseInt(said.slice(this.token.length + 5), 10);
    } else if (!this.isIn) {
      if (this.around.length < 500) this.around.push(said);
    } else if (this.size + said.length <= this.bytesMax) {
      this.size += said.length + 1;
      this.lines.push(said);
      this.tell(said);
    }
  }

  get text(): string {
    return this.lines.join('\n').trimEnd();
  }

  /** Its newest lines: of the script, or of the kernel when there was none. */
  last(count: number): string[] {
    return (this.lines.length > 0 ? this.lines : this.around).slice(-count);
  }
}
