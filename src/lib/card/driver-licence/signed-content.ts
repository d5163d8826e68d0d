/**
 * What the laboratory is asked to judge about a licence: WEF02 under the signature of WEF03. licence-applet §6.3.
 * The object fits `SignedContent` of `trust`, which this room does not know.
 */
import { concatBytes, type Bytes } from '#bytes';
import { parseLicenceRecord, parseLicenceSignature, type ParsedLicenceRecord } from './parse.ts';

export interface LicenceHashCandidate {
  readonly hashInput: 'elementsThrough107' | 'wholeFile' | 'valuesOnly';
  readonly bytes: Bytes;
}

export type LicenceSignedContent =
  | {
      readonly form: 'x509Signer';
      /** In the order to try. */
      readonly candidates: readonly [LicenceHashCandidate, ...LicenceHashCandidate[]];
      readonly signature: Bytes;
      readonly signer: { readonly subjectKeyIdentifier: Bytes; readonly serialNumber: string; readonly issuer: string; readonly subject: string };
    }
  | { readonly form: 'none'; readonly reason: 'UNREADABLE' };

/**
 * @param record WEF02 as read, never re-encoded.
 * @param signature WEF03 as read; `undefined`, or a file without element 108, gives form `none`.
 * @throws CardError `CARD_FILE_MALFORMED`
 */
export function licenceSignedContent(record: Bytes, signature: Bytes | undefined): LicenceSignedContent {
  if (signature === undefined) return { form: 'none', reason: 'UNREADABLE' };
  const signed = parseLicenceSignature(signature);
  if (signed.signature.length === 0) return { form: 'none', reason: 'UNREADABLE' };
  const { subjectKeyIdentifier, serialNumber, issuer, subject } = signed;
  return {
    form: 'x509Signer',
    candidates: candidatesOf(record, parseLicenceRecord(record)),
    signature: signed.signature,
    signer: { subjectKeyIdentifier, serialNumber, issuer, subject },
  };
}

function candidatesOf(record: Bytes, { licence, endOfElement107, storedValues }: ParsedLicenceRecord): [LicenceHashCandidate, ...LicenceHashCandidate[]] {
  const wholeFile: LicenceHashCandidate = { hashInput: 'wholeFile', bytes: record };
  if (endOfElement107 === undefined) return [wholeFile];
  const throughPhoto: LicenceHashCandidate = { hashInput: 'elementsThrough107', bytes: record.slice(0, endOfElement107) };
  // Values without tags and lengths fit any division into elements: bytes signed with their tags could be cut up anew, the surplus
  // hidden in unknown or over-long elements, and still match. So this reading counts only for exactly the published layout.
  if (licence.deviations.length > 0) return [throughPhoto, wholeFile];
  return [throughPhoto, wholeFile, { hashInput: 'valuesOnly', bytes: concatBytes(...storedValues) }];
}
