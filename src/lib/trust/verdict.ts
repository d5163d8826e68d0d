/**
 * The three answers the laboratory can give, one per data set, each with its reasons.
 * `notGenuine` = something contradicts. `notChecked` = we could not know; never green and never red.
 */
import type { Bytes } from '#bytes';

export type NonEmpty<T> = readonly [T, ...T[]];

/** What contradicts. */
export type Contradiction =
  /** The signature does not fit the data. */
  | 'SIG_INVALID'
  /** The issuer certificate of the card does not fit the authority key it names. */
  | 'ISSUER_CERTIFICATE_INVALID'
  /** The data differs from the digest in the signed record. */
  | 'DIGEST_MISMATCH'
  /** Unsigned structure contradicts signed content (offset table). */
  | 'STRUCTURE_CONTRADICTS';

/** What we could not know. */
export type Gap =
  /** No signer certificate with this key identifier in the trust store. */
  | 'TRUST_ANCHOR_MISSING'
  /** The signer is there but no path leads to an anchor, or a certificate of the path is not fit for its purpose. */
  | 'SIGNER_NOT_TRUSTED'
  /** The signer or its anchor is outside its dates at the time given. */
  | 'ANCHOR_EXPIRED'
  /** A training anchor outside practice mode. */
  | 'TRAINING_ANCHOR'
  /** The CV certificate names an authority key the trust store does not have. */
  | 'UNKNOWN_CA'
  /** The card did not give the files that prove the data. */
  | 'UNREADABLE'
  /** A key size, algorithm or form this version does not check. */
  | 'FORM_UNSUPPORTED';

/** Which of the three readings of "all data in WEF02" fitted. licence-applet §6.3. */
export type HashInput = 'elementsThrough107' | 'wholeFile' | 'valuesOnly';

export interface Signer {
  /** For people. */
  readonly name: string;
  /** SHA-256 of each anchor and certificate used, hex, signer first. */
  readonly anchorFingerprints: readonly string[];
  readonly hashInput?: HashInput;
}

export type Verdict =
  | { readonly verdict: 'genuine'; readonly signer: Signer; readonly practice: boolean }
  | { readonly verdict: 'notGenuine'; readonly reasons: NonEmpty<Contradiction>; readonly anchorFingerprints: readonly string[]; readonly practice: boolean }
  | { readonly verdict: 'notChecked'; readonly reasons: NonEmpty<Gap>; readonly anchorFingerprints: readonly string[]; readonly practice: boolean };

export type Mode = 'service' | 'practice';

/** What a card's files ask the laboratory to judge. `card` builds objects that fit; the laboratory does not know cards. */
export type SignedContent =
  | {
      readonly form: 'x509Signer';
      /** In the order to try; the first that fits is recorded. */
      readonly candidates: NonEmpty<{ readonly hashInput: HashInput; readonly bytes: Bytes }>;
      readonly signature: Bytes;
      readonly signer: { readonly subjectKeyIdentifier: Bytes; readonly serialNumber: string; readonly issuer: string; readonly subject: string };
    }
  | {
      readonly form: 'cardVerifiable';
      readonly certificate: {
        readonly issuerKeyId: Bytes;
        readonly subjectKeyId: Bytes;
        readonly modulus: Bytes;
        readonly exponent: Bytes;
        readonly body: Bytes;
        readonly signature: Bytes;
      };
      readonly record: { readonly signedBytes: Bytes; readonly signature: Bytes; readonly digest: Bytes };
      /** What `record.digest` must be the SHA-256 of. */
      readonly digestedBytes: Bytes;
      /** Unsigned structure around the data disagreed with it (OFFSET_TABLE_DIFFERS). */
      readonly structureContradicts: boolean;
    }
  /** The card did not give what would prove the data. */
  | { readonly form: 'none'; readonly reason: 'UNREADABLE' };

export type AnchorPurpose = 'production' | 'training';

/** An entry of the trust store. A signer certificate is no anchor: it counts through a root that is. */
export type Anchor =
  | { readonly kind: 'x509Root'; readonly purpose: AnchorPurpose; readonly der: Bytes; readonly source: string }
  | { readonly kind: 'x509Signer'; readonly purpose: AnchorPurpose; readonly der: Bytes; readonly source: string }
  | {
      readonly kind: 'cvAuthorityKey';
      readonly purpose: AnchorPurpose;
      readonly keyId: Bytes;
      readonly modulus: Bytes;
      readonly exponent: Bytes;
      readonly source: string;
    };
