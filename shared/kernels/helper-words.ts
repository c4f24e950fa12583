/** Arguments of a kernel whose guest is a program of Paddock's that says what it has to on its standard output. */
export const quietWords: readonly string[] = [
  'con=null',
  'ssl=null',
  'con0=null,fd:1',
  'quiet',
  'loglevel=1',
  'panic=1',
];

/** Another Paddock that sees it knows that it is no machine. */
export const HELPER_WORD = 'paddock.helper=1';
