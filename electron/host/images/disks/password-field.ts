import { failure } from '@shared/errors/paddock-error.js';
import { secretOf, type Password, type Secrets } from '@shared/images/recipe.js';
import { runProgram } from '../../platform/run-program.js';

const HASH_LIMIT_MS = 30_000;

/**
 * What stands for a password in /etc/shadow (shadow(5)). A password itself goes to openssl through a pipe: a command
 * line is everybody's to see, and stands in logs. Throws Failure `password-missing`.
 */
export async function passwordField(user: string, password: Password, secrets: Secrets): Promise<string> {
  switch (password.kind) {
    case 'none':
      return '';
    case 'locked':
      return '!';
    case 'hash':
      return password.hash;
    case 'password': {
      const secret = secretOf(secrets, user);
      if (secret === undefined) throw failure('password-missing', { user });
      const hash = await runProgram(['openssl', 'passwd', '-6', '-stdin'], {
        timeoutMs: HASH_LIMIT_MS,
        input: `${secret}\n`,
      });
      if (!/^\$6\$[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/.test(hash.trim()))
        throw failure('internal', { message: 'openssl made no hash of it' });
      return hash.trim();
    }
  }
}
