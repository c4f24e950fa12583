import { expect, vi } from 'vitest';
import type { VmId } from '@shared/vms/vm-id.js';
import type { TestHost } from './test-host.js';

/** What a machine was told that it lost; waits until there is something. */
export async function lostOf(host: TestHost, id: VmId): Promise<string[]> {
  let said: string[] = [];
  await vi.waitFor(async () => {
    const { events } = await host.client.must('runs.events', { id, run: host.vm(id).runNumber });
    said = events.flatMap((event) => (event.kind === 'lost' ? [event.text] : []));
    expect(said).not.toEqual([]);
  }, 10_000);
  return said;
}
