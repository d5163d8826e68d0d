/**
 * What a 免許AP record says, parsed, with its raw files beside it. NPA V10 別添3-1; see elements.ts for the table.
 * A value that does not decode is kept raw and marked `unreadable`; the rest of the record stays valid.
 */
import type { Bytes, CalendarDate, EraDigit, TextPart } from '#bytes';

/** An element's value, or the bytes that could not be read as one. `undefined` elsewhere = the element is empty. */
export type Field<T> = { readonly value: T; readonly raw: Bytes } | { readonly unreadable: true; readonly raw: Bytes };

/** A date as the card has it: era digit and year kept, because 平成33年 is a normal thing to find. */
export interface EraDate {
  readonly date: CalendarDate;
  readonly era: EraDigit;
  readonly eraYear: number;
}

/** The fifteen class flags in the order of the record (EC … FA). */
export const licenceClassNames = [
  'large',
  'ordinary',
  'largeSpecial',
  'largeMotorcycle',
  'ordinaryMotorcycle',
  'smallSpecial',
  'moped',
  'towing',
  'largeSecond',
  'ordinarySecond',
  'largeSpecialSecond',
  'towingSecond',
  'medium',
  'mediumSecond',
  'semiMedium',
] as const;
export type LicenceClassName = (typeof licenceClassNames)[number];

/** Non-zero = held. A value other than 00 and 01 is `irregular` and must be looked at by a person. */
export interface LicenceClassFlag {
  readonly held: boolean;
  readonly irregular: boolean;
  readonly raw: Bytes;
}

export interface LicenceTextLine {
  /** 1–12 for conditions, 1–8 for remarks and spare lines. */
  readonly number: number;
  readonly parts: readonly TextPart[];
  /** Gaiji as 【※n】, missing characters as 【※欠】. */
  readonly text: string;
}

/** Things that differ from the published layout. Reported on screen, never fatal for what did parse. */
export type LayoutDeviation =
  | 'UNKNOWN_TAG'
  | 'ELEMENT_MISSING'
  | 'ELEMENT_OUT_OF_ORDER'
  | 'VALUE_TOO_LONG'
  | 'TWO_BYTE_TAG_CODING_DIFFERS'
  | 'FIELD_UNREADABLE'
  | 'FLAG_IRREGULAR'
  | 'BYTES_AFTER_LAST_ELEMENT';

export interface DrivingHistory {
  /** C2 */
  readonly recordedOn?: Field<EraDate | 'none'>;
  /** C3: its code values are not published, so it is shown as 区分コード nn. */
  readonly categoryCode?: Bytes;
  /** E8 運転経歴情報記録の番号 */
  readonly recordNumber?: Field<string>;
}

export interface DriverLicence {
  /** licence = 特定免許情報; history = 運転経歴情報; a card may hold both, or neither. */
  readonly kind: 'licence' | 'historyOnly' | 'licenceAndHistory' | 'empty';
  /** E7 免許情報記録の番号, 12 digits. */
  readonly recordNumber?: Field<string>;
  /** Check digit of E7, a hint: sources disagree about it, so no card is rejected on it. */
  readonly numberCheckDigit?: 'fits' | 'differs';
  /** C4: text and the colour it means. */
  readonly colourClass?: Field<{ readonly text: string; readonly colour: 'gold' | 'green' | 'blue' }>;
  /** C5 有効期間の末日 */
  readonly expiry?: Field<EraDate | 'none'>;
  /** C6–C9, CC–D3 */
  readonly conditions: readonly Field<LicenceTextLine>[];
  /** D7–DE */
  readonly remarks: readonly Field<LicenceTextLine>[];
  /** DF–E6 予備 */
  readonly spare: readonly Field<LicenceTextLine>[];
  /** E9 二・小・原, EA 他, EB 二種 */
  readonly dates: {
    readonly motorcycles?: Field<EraDate | 'none'>;
    readonly others?: Field<EraDate | 'none'>;
    readonly secondClass?: Field<EraDate | 'none'>;
  };
  readonly classes: Readonly<Record<LicenceClassName, LicenceClassFlag>>;
  readonly history: DrivingHistory | undefined;
  /** CA CB D4 D5 D6, raw bitmaps by gaiji number 1–5; not decoded (header and geometry are not published). */
  readonly gaiji: Readonly<Partial<Record<1 | 2 | 3 | 4 | 5, Bytes>>>;
  /** 107, or found by its magic when the tag coding differs. */
  readonly photo?: { readonly bytes: Bytes; readonly format: 'jp2' | 'codestream' | 'unknown'; readonly foundBy: 'tag' | 'magic' };
  readonly unknownElements: readonly { readonly tag: number; readonly value: Bytes }[];
  /** What follows the last understood element, raw. */
  readonly rest: Bytes;
  readonly deviations: readonly LayoutDeviation[];
}

/** WEF03, NPA V10: 108–10D. */
export interface LicenceSignature {
  readonly signature: Bytes;
  readonly serialNumber: string;
  readonly issuer: string;
  readonly subject: string;
  readonly subjectKeyIdentifier: Bytes;
  readonly deviations: readonly LayoutDeviation[];
  readonly rest: Bytes;
}

/** The files as READ BINARY returned them. */
export interface DriverLicenceFiles {
  /** 001A */
  readonly pinSetting: Bytes;
  /** 001B */
  readonly record: Bytes;
  /** 001C; absent when the card did not give it. */
  readonly signature?: Bytes;
}
