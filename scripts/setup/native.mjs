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

/** Those that can make a static PIE without a C library. */
const pieCompilers = ['gcc', 'clang', 'cc'];

const newer = (target, source) =>
  fs.existsSync(target) && fs.statSync(target).mtimeMs >= fs.statSync(source).mtimeMs;

/** Runs a compiler, and puts what it made into place whole; tells whether it could. */
function compile(compiler, args, source, target) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  const run = spawnSync(compiler, [...args, '-o', partial, source], { encoding: 'utf8' });
  if (run.error || run.status !== 0) {
    fs.rmSync(partial, { force: true });
    return `${compiler} failed:\n${lastLines(`${run.stdout}${run.stderr}`, 20)}`;
  }
  fs.renameSync(partial, target);
  return null;
}

/** Builds out/native/syscall-bench, which measures system calls, where there is a compiler for it. */
export function buildSyscallBench({ root, progress, env = process.env }) {
  const source = path.join(root, 'electron', 'native', 'syscall-bench.c');
  const target = path.join(root, 'out', 'native', 'syscall-bench');
  const compiler = pieCompilers.find((name) => findProgram(name, env));
  // Without it only benchmarks are missing, and they say so.
  if (compiler === undefined || newer(target, source)) return;
  progress.step(`building syscall-bench with ${compiler}`, () => {
    const own = ['-O2', '-static-pie', '-fPIE', '-nostdlib', '-ffreestanding', '-fno-stack-protector'];
    const plain = ['-mgeneral-regs-only', '-fno-asynchronous-unwind-tables', '-s'];
    const why = compile(compiler, [...own, ...plain], source, target);
    if (why !== null) progress.note(`benchmarks can’t be run: ${why}`);
  });
}

/** Builds out/native/wide-xstate.so when there is a compiler; without one only a processor that needs it is a problem. */
export function buildNative({ root, progress, must = needsWideXstate() }) {
  const source = path.join(root, 'electron', 'native', 'wide-xstate.c');
  const target = path.join(root, 'out', 'native', 'wide-xstate.so');
  if (newer(target, source)) return;
  const compiler = findCompiler();
  if (compiler === undefined) {
    if (!must) return;
    throw new SetupError(
      'UML kernels before 6.13 need a small library on this processor (AMX), and no C compiler is here to build it.\n' +
        'Install one, then run the same command again:\n\n  sudo apt-get install -y --no-install-recommends tcc\n',
    );
  }
  progress.step(`building wide-xstate.so with ${compiler}`, () => {
    const own = compiler === 'tcc' ? [] : ['-O2', '-fPIC', '-fno-stack-protector', '-s'];
    const why = compile(compiler, ['-shared', '-nostdlib', ...own], source, target);
    if (why !== null) throw new SetupError(why);
  });
}
