/** What the 券面事項入力補助AP says: 基本4情報 and the objects that prove them. Files 0002, 0003, 0004; 0001 has no name here. */
import type { Bytes, CalendarDate } from '#bytes';

export interface PersonalDetails {
  /** DF22 氏名. `undefined` text = not valid UTF-8, kept raw. */
  readonly name: { readonly text: string | undefined; readonly raw: Bytes };
  /** DF23 住所 */
  readonly address: { readonly text: string | undefined; readonly raw: Bytes };
  /** DF24 生年月日; `undefined` = not a date, kept raw. */
  readonly birthDate: { readonly date: CalendarDate | undefined; readonly raw: Bytes };
  /** DF25 性別, ISO/IEC 5218. */
  readonly sex: { readonly value: 'male' | 'female' | 'notApplicable' | 'unknown'; readonly raw: Bytes };
  readonly unknownElements: readonly { readonly tag: number; readonly value: Bytes }[];
  readonly deviations: readonly CardInfoDeviation[];
  /** From the tag of DF22 to the end of the outer value: what DF32 is the digest of. */
  readonly digestedBytes: Bytes;
}

/** `OFFSET_TABLE_DIFFERS`: DF21 is unsigned and contradicts the objects; the data is not trusted. */
export type CardInfoDeviation = 'OFFSET_TABLE_DIFFERS' | 'UNKNOWN_TAG' | 'FIELD_UNREADABLE';

/** EF 0003 */
export interface CardInfoRecord {
  /** DF32, SHA-256 */
  readonly detailsDigest: Bytes;
  /** DF31 ‖ DF32 as stored, headers included: what DF33 signs. */
  readonly signedBytes: Bytes;
  /** DF33 */
  readonly signature: Bytes;
}

/** EF 0004: not X.509, not EAC; no dates and no role. */
export interface CardVerifiableCertificate {
  /** 証明者鍵ID, 16 bytes */
  readonly issuerKeyId: Bytes;
  /** 被証明者鍵ID, 16 bytes */
  readonly subjectKeyId: Bytes;
  readonly modulus: Bytes;
  readonly exponent: Bytes;
  /** 5F4E, 297 bytes without its header: what 5F37 signs. */
  readonly body: Bytes;
  /** 5F37 */
  readonly signature: Bytes;
}

/** The files as READ BINARY returned them. */
export interface CardInfoFiles {
  /** 0002 */
  readonly details: Bytes;
  /** 0003; absent when the card refused it to this credential. */
  readonly record?: Bytes;
  /** 0004 */
  readonly certificate?: Bytes;
}
