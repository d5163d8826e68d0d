/** The elementary files of the 免許AP, with the limits we set on what it claims. NPA V10 別添3-1 §1. */
import type { KeyReference } from '#iso7816';

export const driverLicenceFiles = {
  /** IEF01: the licence PIN, four digits. */
  pin: 0x0006,
  /** WEF01: whether a PIN is set, free to read. */
  pinSetting: 0x001a,
  /** WEF02: 免許情報記録 and 運転経歴情報, with the photo. */
  record: 0x001b,
  /** WEF03: the electronic signature over WEF02. */
  signature: 0x001c,
} as const;

export const licencePinLength = 4;

/** Value of IEF01 while no PIN is set: "****". */
export const unsetPinByte = 0x2a;

/** P2 = 86: a real card refuses the 82 of V10's own sample command. */
export const licencePinReference: KeyReference = { shortEfIdentifier: driverLicenceFiles.pin };

/** SELECT 0006, then P2 = 80: what one public reader does, for a card that does not know 86. */
export const licencePinBySelection: KeyReference = { efIdentifier: driverLicenceFiles.pin };

export const pinSettingLength = 3;

/** WEF02 holds 5845 bytes at most, plus a tail nobody has described [bytes]. */
export const maximumRecordLength = 8192;

/** WEF03 holds 584 bytes at most [bytes]. */
export const maximumSignatureLength = 1024;
