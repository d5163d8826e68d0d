/**
 * What the laboratory is asked to judge about the 基本4情報. card-info-applet §5.5.
 * The object fits `SignedContent` of `trust`, which this room does not know.
 */
import type { Bytes } from '#bytes';
import type { CardInfoFiles, CardVerifiableCertificate } from './card-info.ts';
import { parsePersonalDetails } from './parse.ts';
import { parseCardInfoRecord, parseIssuerCertificate } from './proof.ts';

export type CardInfoSignedContent =
  | {
      readonly form: 'cardVerifiable';
      readonly certificate: CardVerifiableCertificate;
      readonly record: { readonly signedBytes: Bytes; readonly signature: Bytes; readonly digest: Bytes };
      readonly digestedBytes: Bytes;
      readonly structureContradicts: boolean;
    }
  | { readonly form: 'none'; readonly reason: 'UNREADABLE' };

/**
 * @param files as read; without 0003 or 0004 the form is `none`.
 * @throws CardError `CARD_FILE_MALFORMED`
 */
export function cardInfoSignedContent({ details, record, certificate }: CardInfoFiles): CardInfoSignedContent {
  if (record === undefined || certificate === undefined) return { form: 'none', reason: 'UNREADABLE' };
  const { digestedBytes, deviations } = parsePersonalDetails(details);
  const { signedBytes, signature, detailsDigest } = parseCardInfoRecord(record);
  return {
    form: 'cardVerifiable',
    certificate: parseIssuerCertificate(certificate),
    record: { signedBytes, signature, digest: detailsDigest },
    digestedBytes,
    structureContradicts: deviations.includes('OFFSET_TABLE_DIFFERS'),
  };
}
