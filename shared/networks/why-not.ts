/** Transports of the kernel's documentation that Paddock doesn't offer, and why; shown where all others are. */
export const whyNotTransports: readonly { name: string; title: string; why: string }[] = [
  {
    name: 'ethertap',
    title: 'Ethertap (older)',
    why: 'It needs the host module ethertap, which left Linux long ago, and a helper that is root for everybody; a tap does the same.',
  },
  {
    name: 'pcap',
    title: 'Pcap (older)',
    why: 'It only listens, and Debian’s kernels are built without it; a capture of a link does the same.',
  },
  {
    name: 'slip',
    title: 'SLIP (older)',
    why: 'It needs a helper that is root for everybody and knows IP only; a tap does the same.',
  },
  {
    name: 'fd',
    title: 'Open descriptor',
    why: 'A socket can be inherited only when a machine starts, so it can’t be plugged in later; a card that the guest switches off closes it for ever; and after Paddock’s own host was ended nobody has an end for a machine that starts anew. A cable does the same.',
  },
];
