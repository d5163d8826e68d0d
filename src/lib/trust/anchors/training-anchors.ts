/**
 * The training anchors of a card image, format `madoguchi-card-image/1`: `{ licence: [{ der }], cardInfo: [{ keyId, modulus, exponent }] }`,
 * certificates in base64, keys in hex. Whatever the file says, they are training: they count in practice mode only.
 */
import type { Anchor } from '../verdict.ts';
import { certificateAnchor, exactly, keyAnchor, listOfTexts, type Origin } from './read-anchor.ts';

const origin: Origin = { purpose: 'training', source: 'card image' };

/**
 * @param imageAnchors `trainingAnchors` of a card image, as JSON gave it
 * @throws TrustError `ANCHOR_INVALID`
 */
export function trainingAnchorsOf(imageAnchors: unknown): Anchor[] {
  const { licence, cardInfo } = exactly(imageAnchors, ['licence', 'cardInfo']);
  const certificates = listOfTexts(licence, ['der']).map(({ der }) => certificateAnchor(der, origin));
  const keys = listOfTexts(cardInfo, ['keyId', 'modulus', 'exponent']).map((key) => keyAnchor(key, origin));
  return [...certificates, ...keys];
}
