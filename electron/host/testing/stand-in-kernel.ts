import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** What a kernel that is none says of itself. */
interface Sayings {
  version: string;
  config?: string;
  help?: string;
}

/**
 * A program that answers `--version`, `--showconfig` and `--help` as a kernel would: for kernels that no distribution
 * has. A program, because no script is run to see what kernel it is. Anything else makes it end with 1.
 */
export function makeStandInKernel(path: string, { version, config = '', help = '' }: Sayings): void {
  const answers = Object.entries({ '--version': version, '--showconfig': config, '--help': help });
  const tests = answers.map(
    ([word, text]) =>
      `if (argc > 1 && !strcmp(argv[1], "${word}")) return fputs(${JSON.stringify(`${text}\n`)}, stdout) < 0;`,
  );
  writeFileSync(
    `${path}.c`,
    `#include <stdio.h>\n#include <string.h>\nint main(int argc, char **argv) {\n${tests.join('\n')}\nreturn 1;\n}\n`,
  );
  execFileSync('cc', ['-o', path, `${path}.c`]);
}
