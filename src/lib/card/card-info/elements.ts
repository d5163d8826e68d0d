/** Tags of the 券面事項入力補助AP, BER-TLV with two-byte tags. card-info-applet §4.1, §5.1, §5.2. */
export const cardInfoTags = {
  /** EF 0002 */
  details: 0xff20,
  offsetTable: 0xdf21,
  name: 0xdf22,
  address: 0xdf23,
  birthDate: 0xdf24,
  sex: 0xdf25,

  /** EF 0003 */
  record: 0xff30,
  /** Digest of the file this program never reads: kept as bytes under the signature, never compared. */
  otherDigest: 0xdf31,
  detailsDigest: 0xdf32,
  recordSignature: 0xdf33,

  /** EF 0004 */
  certificate: 0x7f21,
  certificateBody: 0x5f4e,
  certificateSignature: 0x5f37,
} as const;
