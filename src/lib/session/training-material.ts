/** The training anchors of a card image in the form the laboratory reads, so that it alone decides what they are. */
import { hex, type Bytes } from '#bytes';
import { trainingAnchorsOf, type Anchor } from '#trust';
import type { CardImage } from '#simulator';

/** @throws TrustError ANCHOR_INVALID */
export function trainingMaterialOf({ trainingAnchors: { licence, cardInfo } }: CardImage): Anchor[] {
  return trainingAnchorsOf({
    licence: licence.map(({ der }) => ({ der: base64(der) })),
    cardInfo: cardInfo.map(({ keyId, modulus, exponent }) => ({ keyId: hex(keyId), modulus: hex(modulus), exponent: hex(exponent) })),
  });
}

function base64(bytes: Bytes): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
