#!/usr/bin/env node
// electron-builder makes its deb through fpm, which it would fetch from where not every machine gets.
// This answers the calls it makes (CUSTOM_FPM_PATH) with Debian's own dpkg-deb.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { controlFile, readCall } from './fpm-call.mjs';

const call = readCall(process.argv.slice(2));
if (call.type !== 'deb') {
  console.error(`This stand-in for fpm makes deb packages only, not ${call.type}.`);
  process.exit(2);
}

const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'paddock-deb-'));
try {
  for (const { from, to } of call.content) {
    const target = path.join(tree, to);
    fs.mkdirSync(from.endsWith('/') ? target : path.dirname(target), { recursive: true });
    execFileSync('cp', ['-a', from.endsWith('/') ? `${from}.` : from, target]);
  }
  // The builder's umask must not decide who can run the program.
  execFileSync('chmod', ['-R', 'u+rwX,go+rX,go-w', tree]);

  const meta = path.join(tree, 'DEBIAN');
  fs.mkdirSync(meta, { mode: 0o755 });
  const installedKiB = execFileSync('du', ['-sk', '--exclude=DEBIAN', tree], { encoding: 'utf8' }).split(
    '\t',
  )[0];
  fs.writeFileSync(path.join(meta, 'control'), controlFile(call, installedKiB));
  for (const [script, file] of Object.entries(call.scripts)) {
    fs.copyFileSync(file, path.join(meta, script));
    fs.chmodSync(path.join(meta, script), 0o755);
  }
  // Level 3 is within a few percent of xz's best in a third of the time.
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z3', '--build', tree, call.output], {
    stdio: 'inherit',
  });
} finally {
  fs.rmSync(tree, { recursive: true, force: true });
}
