/** What an error says: one plain sentence, and what to do about it. */
export interface ErrorText {
  sentence: string;
  fix: string;
}
