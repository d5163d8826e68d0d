/** 免許AP, the instance. The package (…31 04) and module (…31 05) AIDs are never sent. NPA V10 別添3-1 §1. */
import { unhex, type Bytes } from '#bytes';

export const driverLicenceAid: Bytes = unhex('A0000002310600000000000000000000');
