/** A screen's dots for one of the drawing, so that it can be printed. */
const FINE = 2;
/** Chromium draws no larger canvas (65535 a side, and some 268 million dots in all). */
const DOTS_MAX = 16_000;

/** A drawing as the bytes of a picture. */
export async function pngOfSvg(svg: string): Promise<Uint8Array> {
  const image = new Image();
  // The CSP lets in pictures of the app and data: addresses, and nothing from elsewhere.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(FINE, DOTS_MAX / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}
