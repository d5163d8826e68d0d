/**
 * Every (application, file, key) that may be sent to a card. product §15; what is not here is refused before it reaches the reader.
 * 個人番号 (EF 0001) and 照合番号A (key 0014) are on no list, so no code path can select, read or use them.
 */
import type { AllowList } from '#iso7816';
import { cardInfoAid } from './card-info/aid.ts';
import { cardInfoFiles, cardInfoPinLength, numberBLength } from './card-info/files.ts';
import { driverLicenceAid } from './driver-licence/aid.ts';
import { driverLicenceFiles, licencePinLength } from './driver-licence/files.ts';

export const cardAllowList: AllowList = [
  {
    aid: driverLicenceAid,
    readableFiles: [driverLicenceFiles.pinSetting, driverLicenceFiles.record, driverLicenceFiles.signature],
    keys: [{ efIdentifier: driverLicenceFiles.pin, length: licencePinLength }],
  },
  {
    aid: cardInfoAid,
    readableFiles: [cardInfoFiles.details, cardInfoFiles.record, cardInfoFiles.certificate, cardInfoFiles.chipKey],
    keys: [
      { efIdentifier: cardInfoFiles.numberB, length: numberBLength },
      { efIdentifier: cardInfoFiles.pin, length: cardInfoPinLength },
    ],
  },
];
