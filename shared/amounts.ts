const KB = 1024;
const MB = 1024 * KB;
const GB = 1024 * MB;

/** A size for people: "214 KB", "16 MB", "1.5 GB". One decimal only below ten, where it says something. */
export function formatBytes(bytes: number): string {
  if (bytes < KB) return `${bytes} B`;
  if (bytes < MB) return `${rounded(bytes / KB)} KB`;
  if (bytes < GB) return `${rounded(bytes / MB)} MB`;
  return `${rounded(bytes / GB)} GB`;
}

function rounded(value: number): string {
  const text = value < 10 ? value.toFixed(1) : String(Math.round(value));
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

/** A length of time: "0.9 s", "41 s", "6 min", "1 h 2 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}
