/** Fixed-width families that people have; which of them are here is found out by measuring. */
const KNOWN = [
  'Cascadia Code',
  'Cascadia Mono',
  'Consolas',
  'Courier New',
  'DejaVu Sans Mono',
  'Droid Sans Mono',
  'Fira Code',
  'Fira Mono',
  'FreeMono',
  'Hack',
  'IBM Plex Mono',
  'Inconsolata',
  'Iosevka',
  'Liberation Mono',
  'Menlo',
  'Monaco',
  'Monospace',
  'Nimbus Mono PS',
  'Noto Sans Mono',
  'Roboto Mono',
  'Source Code Pro',
  'Terminus',
  'Ubuntu Mono',
  'Unifont',
] as const;

const SAMPLE = 'mmmWWWiiilll@@@';

/** Whether this computer has a family: then the text is not as wide as in each of the fonts that would stand in. */
export function isInstalled(family: string): boolean {
  return ['serif', 'sans-serif', 'monospace'].some(
    (other) => widthOf(SAMPLE, `"${family}", ${other}`) !== widthOf(SAMPLE, other),
  );
}

/** Whether all its letters are as wide as one another. */
export function isFixedWidth(family: string): boolean {
  const widths = Array.from('iW@l', (letter) => widthOf(letter, `"${family}"`));
  return widths.every((width) => Math.abs(width - (widths[0] ?? 0)) < 0.01);
}

/** The known fixed-width families that this computer has. */
export function installedFixedFonts(): string[] {
  return KNOWN.filter((family) => isInstalled(family) && isFixedWidth(family));
}

function widthOf(text: string, families: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return 0;
  context.font = `100px ${families}`;
  return context.measureText(text).width;
}
