/**
 * The elementary files of the 券面事項入力補助AP that this program may name, with our limits on them. card-info-applet §2.
 * 個人番号 (0001), 照合番号A (0014) and the key nobody may touch (0012) have no name in this house.
 */
import type { KeyReference } from '#iso7816';

export const cardInfoFiles = {
  /** 基本4情報 */
  details: 0x0002,
  /** Digests and their signature. */
  record: 0x0003,
  /** Card-verifiable certificate of the key that signed them, free to read. */
  certificate: 0x0004,
  /** The chip's authentication key, for internal authentication. */
  chipKey: 0x0007,
  /** 券面事項入力補助用暗証番号 */
  pin: 0x0011,
  /** 照合番号B */
  numberB: 0x0015,
} as const;

export const cardInfoPinLength = 4;
export const numberBLength = 14;

/** Explicit SELECT of the key, then P2 = 80: the widely exercised form. */
export const cardInfoKeys: Readonly<Record<'numberB' | 'pin', KeyReference>> = {
  numberB: { efIdentifier: cardInfoFiles.numberB },
  pin: { efIdentifier: cardInfoFiles.pin },
};

/** Name and address have no published limit; both together stay far below this [bytes]. */
export const maximumDetailsLength = 4096;

/** 336 and 568 on every card known [bytes]. */
export const maximumProofLength = 1024;
