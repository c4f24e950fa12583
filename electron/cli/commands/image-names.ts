import { fail, type Session } from '../session.js';

/** The id of the image that somebody means. Ends the command when there is none. */
export function imageByName(session: Session, wanted: string): string {
  const images = Object.values(session.state.images);
  const image = images.find(({ id }) => id === wanted) ?? images.find(({ name }) => name === wanted);
  if (!image) fail({ code: 'image-unknown', params: { image: wanted }, detail: null });
  return image.id;
}
