import type { Benchmark } from '@shared/benchmarks/benchmark.js';
import { benchmarkCsv } from '@shared/benchmarks/csv.js';
import type { OperationId } from '@shared/benchmarks/operation.js';
import { failure, type PaddockError } from '@shared/errors/paddock-error.js';
import { bridge } from '../../lib/bridge.js';
import { pngOfSvg } from '../../lib/png-of-svg.js';
import { callHost } from '../../stores/connection-store.js';

/** Saves every round of one as CSV where a person says; null when that was done, or nobody wanted it. */
export async function saveCsv({ id }: Benchmark): Promise<PaddockError | null> {
  const outcome = await callHost('benchmarks.read', { id });
  if (!outcome.ok) return outcome.error;
  return save(`benchmark-${id}.csv`, new TextEncoder().encode(benchmarkCsv(outcome.value)));
}

/** Saves the plot as it is shown as a picture. */
export async function savePng(
  { id }: Benchmark,
  operation: OperationId,
  plot: SVGSVGElement,
): Promise<PaddockError | null> {
  return save(`benchmark-${id}-${operation}.png`, await pngOfSvg(standalone(plot)));
}

async function save(name: string, bytes: Uint8Array): Promise<PaddockError | null> {
  const saved = await bridge.files.save(name, bytes);
  if (saved === null || 'path' in saved) return null;
  return failure('export-failed', { path: saved.name, why: saved.why }).error;
}

/** A drawing of the page with its colours and a ground of its own: outside of the page nothing gives it any. */
function standalone(plot: SVGSVGElement): string {
  const style = getComputedStyle(document.documentElement);
  const margin = 16;
  const { width, height } = plot.viewBox.baseVal;
  const [outer, inner] = [width + 2 * margin, height + 2 * margin];
  const drawing = plot.cloneNode(true) as SVGSVGElement;
  drawing.setAttribute('viewBox', `${-margin} ${-margin} ${outer} ${inner}`);
  drawing.setAttribute('width', String(outer));
  drawing.setAttribute('height', String(inner));
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ x: -margin, y: -margin, width: outer, height: inner }))
    ground.setAttribute(name, String(value));
  ground.setAttribute('fill', 'var(--bg)');
  drawing.prepend(ground);
  const text = new XMLSerializer().serializeToString(drawing);
  return text.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) =>
    style.getPropertyValue(name).trim().replaceAll('"', "'"),
  );
}
