import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** What a kernel that is none says of itself. */
interface Sayings {
  version: string;
  config?: string;
  help?: string;
  /** What it prints when it is started as a machine, before it ends as an aborted kernel does. */
  console?: string;
}

/**
 * A program that answers `--version`, `--showconfig` and `--help` as a kernel would: for kernels that no distribution
 * has. A program, because no script is run to see what kernel it is. Started as a machine, it
 * prints what it is to print and aborts.
 */
export function makeStandInKernel(
  path: string,
  { version, config = '', help = '', console: says = '' }: Sayings,
): void {
  const answers = Object.entries({ '--version': version, '--showconfig': config, '--help': help });
  const tests = answers.map(
    ([word, text]) =>
      `if (argc > 1 && !strcmp(argv[1], "${word}")) return fputs(${JSON.stringify(`${text}\n`)}, stdout) < 0;`,
  );
  writeFileSync(
    `${path}.c`,
    `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(int argc, char **argv) {\n${tests.join('\n')}\nfputs(${JSON.stringify(says)}, stdout);\nfflush(stdout);\nabort();\n}\n`,
  );
  execFileSync('cc', ['-o', path, `${path}.c`]);
}
