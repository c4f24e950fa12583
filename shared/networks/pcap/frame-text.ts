/** What people read of a frame. Of a guest's making: shown, never obeyed. */
export interface FrameText {
  /** Addresses of the highest layer that has some. */
  source: string;
  destination: string;
  /** ARP, ICMP, TCP, HTTP ... */
  protocol: string;
  info: string;
  /** Both ends with their ports, the smaller first: the same for both directions. null where there is no such thing. */
  conversation: [string, string] | null;
}
