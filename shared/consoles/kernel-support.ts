import { channelOption, SERIAL_OPTION, type ChannelKind } from './channel.js';
import { lineParts, type LineName } from './console-name.js';

/** All options of a kernel that decide about its lines. */
export const lineOptions: readonly string[] = [
  SERIAL_OPTION,
  ...Object.values(channelOption).filter((option) => option !== null),
];

/**
 * The option that a kernel would need for a line that leads there, and lacks; null when it has all, or when it isn't
 * known what it has.
 */
export function missingOption(
  options: readonly string[] | null,
  line: LineName,
  kind: ChannelKind,
): string | null {
  if (options === null) return null;
  const needed = [lineParts(line).kind === 'ssl' ? SERIAL_OPTION : null, channelOption[kind]];
  return needed.find((option) => option !== null && !options.includes(option)) ?? null;
}
