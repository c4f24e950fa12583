import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findProgram } from './programs.mjs';
import { lastLines, SetupError } from './progress.mjs';

/** Any of them builds it: it needs no headers. */
const compilers = ['cc', 'gcc', 'clang', 'tcc'];

/** True on a processor that UML kernels before 6.13 don't run on without the library (electron/native/wide-xstate.c). */
export function needsWideXstate(cpuinfo = fs.readFileSync('/proc/cpuinfo', 'utf8')) {
  return /^flags\s*:.*\bamx_tile\b/m.test(cpuinfo);
}

/** The compiler that would be used, if there is one. */
export function findCompiler(env = process.env) {
  return compilers.find((name) => findProgram(name, env));
}

/** Builds out/native/wide-xstate.so when there is a compiler; without one only a processor that needs it is a problem. */
export function buildNative({ root, progress, must = needsWideXstate() }) {
  const source = path.join(root, 'electron', 'native', 'wide-xstate.c');
  const target = path.join(root, 'out', 'native', 'wide-xstate.so');
  if (fs.existsSync(target) && fs.statSync(target).mtimeMs >= fs.statSync(source).mtimeMs) return;
  const compiler = findCompiler();
  if (compiler === undefined) {
    if (!must) return;
    throw new SetupError(
      'UML kernels before 6.13 need a small library on this processor (AMX), and no C compiler is here to build it.\n' +
        'Install one, then run the same command again:\n\n  sudo apt-get install -y --no-install-recommends tcc\n',
    );
  }
  progress.step(`building wide-xstate.so with ${compiler}`, () => {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const own = compiler === 'tcc' ? [] : ['-O2', '-fPIC', '-fno-stack-protector', '-s'];
    const partial = `${target}.${process.pid}`;
    const run = spawnSync(compiler, ['-shared', '-nostdlib', ...own, '-o', partial, source], {
      encoding: 'utf8',
    });
    if (run.error || run.status !== 0)
      throw new SetupError(`${compiler} failed:\n${lastLines(`${run.stdout}${run.stderr}`, 20)}`);
    fs.renameSync(partial, target);
  });
}
