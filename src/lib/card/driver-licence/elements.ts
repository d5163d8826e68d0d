/**
 * The 70 elements of WEF02 and the 6 of WEF03, in stored order: NPA V10 別添3-1 as transcribed, proven by the file sizes
 * 5845, 584 and 148 (elements.test.ts). One-byte tags C2…FF, DF and FF among them, then two-byte tags 01 00…01 0D.
 * This is no BER: E0…FF are not constructed, FF is no padding.
 */

/** How a value is written. 0201 and 0208 are the JIS character sets. */
export type ElementCoding = 'date' | 'binary' | 'jisX0201' | 'jisX0208' | 'bitmap' | 'flag' | 'reserved' | 'photo';

/** Whose data it is: 免許情報記録, 運転経歴情報, or both. WEF03 belongs to neither. */
export type ElementGroup = 'licence' | 'history' | 'both' | 'signature';

export type ElementItem =
  | 'historyRecordedOn'
  | 'historyCategory'
  | 'colourClass'
  | 'expiry'
  | 'condition'
  | 'gaiji'
  | 'remark'
  | 'spare'
  | 'recordNumber'
  | 'historyNumber'
  | 'dateMotorcycles'
  | 'dateOthers'
  | 'dateSecondClass'
  | 'classFlag'
  | 'reserved'
  | 'photo'
  | 'signature'
  | 'signerSerialNumber'
  | 'issuer'
  | 'subject'
  | 'subjectKeyIdentifier';

export interface ElementDefinition {
  /** Position in the file, from 1. */
  readonly number: number;
  /** `0xC2`, or `0x0107` for the two bytes 01 07. */
  readonly tag: number;
  /** Of the value [bytes]. */
  readonly maximumLength: number;
  readonly coding: ElementCoding;
  readonly group: ElementGroup;
  readonly item: ElementItem;
  /** Which of its kind, from 1: the conditions stand in two places of the record. */
  readonly ordinal: number;
}

interface Block {
  readonly tags: readonly number[];
  readonly maximumLength: number;
  readonly coding: ElementCoding;
  readonly group: ElementGroup;
  readonly item: ElementItem;
}

/** WEF02. licence-applet §5.4. */
export const recordElements: readonly ElementDefinition[] = numbered([
  { tags: [0xc2], maximumLength: 7, coding: 'date', group: 'history', item: 'historyRecordedOn' },
  { tags: [0xc3], maximumLength: 1, coding: 'binary', group: 'history', item: 'historyCategory' },
  { tags: [0xc4], maximumLength: 6, coding: 'jisX0208', group: 'licence', item: 'colourClass' },
  { tags: [0xc5], maximumLength: 7, coding: 'date', group: 'licence', item: 'expiry' },
  { tags: [0xc6, 0xc7, 0xc8, 0xc9], maximumLength: 80, coding: 'jisX0208', group: 'licence', item: 'condition' },
  { tags: [0xca, 0xcb], maximumLength: 256, coding: 'bitmap', group: 'licence', item: 'gaiji' },
  { tags: [0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3], maximumLength: 80, coding: 'jisX0208', group: 'licence', item: 'condition' },
  { tags: [0xd4, 0xd5, 0xd6], maximumLength: 256, coding: 'bitmap', group: 'licence', item: 'gaiji' },
  { tags: [0xd7, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde], maximumLength: 80, coding: 'jisX0208', group: 'both', item: 'remark' },
  { tags: [0xdf, 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6], maximumLength: 80, coding: 'jisX0208', group: 'licence', item: 'spare' },
  { tags: [0xe7], maximumLength: 12, coding: 'jisX0201', group: 'licence', item: 'recordNumber' },
  { tags: [0xe8], maximumLength: 12, coding: 'jisX0201', group: 'history', item: 'historyNumber' },
  { tags: [0xe9], maximumLength: 7, coding: 'date', group: 'both', item: 'dateMotorcycles' },
  { tags: [0xea], maximumLength: 7, coding: 'date', group: 'both', item: 'dateOthers' },
  { tags: [0xeb], maximumLength: 7, coding: 'date', group: 'both', item: 'dateSecondClass' },
  {
    // In the order of `licenceClassNames`.
    tags: [0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa],
    maximumLength: 1,
    coding: 'flag',
    group: 'both',
    item: 'classFlag',
  },
  { tags: [0xfb, 0xfc, 0xfd, 0xfe, 0xff], maximumLength: 7, coding: 'reserved', group: 'both', item: 'reserved' },
  { tags: [0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106], maximumLength: 7, coding: 'reserved', group: 'both', item: 'reserved' },
  { tags: [0x0107], maximumLength: 2000, coding: 'photo', group: 'both', item: 'photo' },
]);

/** WEF03. licence-applet §6.1. */
export const signatureElements: readonly ElementDefinition[] = numbered([
  { tags: [0x0108], maximumLength: 256, coding: 'binary', group: 'signature', item: 'signature' },
  { tags: [0x0109], maximumLength: 16, coding: 'jisX0201', group: 'signature', item: 'signerSerialNumber' },
  { tags: [0x010a], maximumLength: 48, coding: 'jisX0201', group: 'signature', item: 'reserved' },
  { tags: [0x010b], maximumLength: 80, coding: 'jisX0201', group: 'signature', item: 'issuer' },
  { tags: [0x010c], maximumLength: 130, coding: 'jisX0201', group: 'signature', item: 'subject' },
  { tags: [0x010d], maximumLength: 32, coding: 'binary', group: 'signature', item: 'subjectKeyIdentifier' },
]);

function numbered(blocks: readonly Block[]): ElementDefinition[] {
  const counts = new Map<ElementItem, number>();
  const ordinalOf = (item: ElementItem): number => {
    const ordinal = (counts.get(item) ?? 0) + 1;
    counts.set(item, ordinal);
    return ordinal;
  };
  return blocks
    .flatMap(({ tags, ...shape }) => tags.map((tag) => ({ ...shape, tag, ordinal: ordinalOf(shape.item) })))
    .map((element, index) => ({ ...element, number: index + 1 }));
}
