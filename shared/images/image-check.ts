/** What a check of an image says that found nothing; all else is something that was found. */
export const soundText = (name: string): string => `${name} is sound.`;
