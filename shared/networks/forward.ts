import { z } from 'zod';
import { ipv4Schema } from './ipv4.js';

const port = z.int().min(1).max(65_535);

/** A port of this computer whose connections reach a guest. */
export const forwardSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  /** The address of this computer that it listens on. 0.0.0.0 lets everybody in who reaches this computer. */
  hostAddress: ipv4Schema,
  hostPort: port,
  guestPort: port,
});
export type Forward = z.infer<typeof forwardSchema>;

/** Only programs of this computer reach it: what a forward gets that nobody asked more for. */
export const LOOPBACK = '127.0.0.1';

/** True when both want the same port: the wildcard address has all of them. */
export function forwardsClash(a: Forward, b: Forward): boolean {
  return (
    a.protocol === b.protocol &&
    a.hostPort === b.hostPort &&
    (a.hostAddress === b.hostAddress || [a.hostAddress, b.hostAddress].includes('0.0.0.0'))
  );
}

/** The forwards of a network card, none of which is in another's way. */
export const forwardsSchema = z
  .array(forwardSchema)
  .max(64)
  .refine(
    (list) => list.every((one, n) => list.slice(n + 1).every((other) => !forwardsClash(one, other))),
    'each port of this computer only once',
  );

/** As a person writes one: `8080:80`, `udp:5353:53`, `0.0.0.0:8080:80`. Null when it is none. */
export function parseForward(text: string): Forward | null {
  const [, protocol = 'tcp', hostAddress = LOOPBACK, hostPort = '', guestPort = ''] =
    /^(?:(tcp|udp):)?(?:(\d+\.\d+\.\d+\.\d+):)?(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
  const parsed = forwardSchema.safeParse({
    protocol,
    hostAddress,
    hostPort: Number(hostPort),
    guestPort: Number(guestPort),
  });
  return parsed.success ? parsed.data : null;
}

/** The shortest text that `parseForward` reads as this. */
export function forwardText({ protocol, hostAddress, hostPort, guestPort }: Forward): string {
  const address = hostAddress === LOOPBACK ? '' : `${hostAddress}:`;
  return `${protocol === 'tcp' ? '' : 'udp:'}${address}${hostPort}:${guestPort}`;
}
