/** A line that doesn't end is cut here: a program must not fill the memory. */
const LINE_MAX = 1_000_000;

/** Takes text in pieces and tells its lines; a carriage return ends one, too, as those of a progress do. */
export function lineSplitter(tell: (line: string) => void): { add(text: string): void; end(): void } {
  let rest = '';
  return {
    add: (text) => {
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) tell(line);
      if (rest.length < LINE_MAX) return;
      tell(rest);
      rest = '';
    },
    end: () => {
      if (rest !== '') tell(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}
