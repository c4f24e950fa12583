/** A setup step that cannot go on, with a text that says what to do. */
export class SetupError extends Error {}

/** One line for each step that does something. */
export const progress = {
  note(text) {
    process.stdout.write(`setup: ${text}\n`);
  },
  seconds(began) {
    return `${((Date.now() - began) / 1000).toFixed(1)} s`;
  },
  /** Runs `work` and finishes the line with how long it took. */
  step(text, work) {
    const began = Date.now();
    process.stdout.write(`setup: ${text} ... `);
    try {
      const result = work();
      process.stdout.write(`${this.seconds(began)}\n`);
      return result;
    } catch (error) {
      process.stdout.write('failed\n');
      throw error;
    }
  },
};

/** The end of a program's output, where it says what went wrong. */
export function lastLines(text, count = 20) {
  return String(text ?? '')
    .trimEnd()
    .split('\n')
    .slice(-count)
    .join('\n');
}
