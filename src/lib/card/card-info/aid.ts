/** 券面事項入力補助AP. card-info-applet §2. */
import { unhex, type Bytes } from '#bytes';

export const cardInfoAid: Bytes = unhex('D3921000310001010408');
