/** The cards of practice mode: invented holders, training signatures. Each is loaded only when it is put on the reader. */
import { readCardImage, type CardImage } from './card-image.ts';

export interface PracticeCard {
  readonly name: string;
  /** What this card is for, as its image says it. */
  readonly about: string;
  load(): Promise<CardImage>;
}

export const practiceCards: readonly PracticeCard[] = [
  practiceCard('standard', 'A car licence with glasses, everything in order.', () => import('./cards/standard.json')),
  practiceCard('truck', 'Full commercial licence: large, trailer, second class.', () => import('./cards/truck.json')),
  practiceCard('eight-ton', 'Old car licence: medium vehicles up to 8 t, automatic only for cars, two-wheeler.', () => import('./cards/eight-ton.json')),
  practiceCard('expired', 'Genuine but expired.', () => import('./cards/expired.json')),
  practiceCard('long-name', 'Name and address over 127 bytes of UTF-8; gaiji in conditions; photo absent.', () => import('./cards/long-name.json')),
  practiceCard('history-only', 'Driving-history information only: no licence is held.', () => import('./cards/history-only.json')),
  practiceCard('no-licence', 'A My Number card without the licence application.', () => import('./cards/no-licence.json')),
  practiceCard('pin-unset', 'The holder set no licence PIN.', () => import('./cards/pin-unset.json')),
  practiceCard('one-try-left', 'One try left on the licence PIN.', () => import('./cards/one-try-left.json')),
  practiceCard('pin-locked', 'Licence PIN blocked.', () => import('./cards/pin-locked.json')),
  practiceCard('forged-expiry', 'Expiry changed after signing.', () => import('./cards/forged-expiry.json')),
  practiceCard('forged-name', 'Address changed after signing on the card-info side.', () => import('./cards/forged-name.json')),
  practiceCard(
    'cloned',
    'A copy: files are those of a genuine card, but the chip does not hold the certified internal-authentication key.',
    () => import('./cards/cloned.json'),
  ),
  practiceCard('unknown-signer', 'Licence signed by a key under no known anchor.', () => import('./cards/unknown-signer.json')),
  practiceCard(
    'published-test-card',
    'Card-info files 0001/0002 are the published bytes of the public JPKI test card; signatures are training ones.',
    () => import('./cards/published-test-card.json'),
  ),
];

function practiceCard(name: string, about: string, open: () => Promise<{ readonly default: unknown }>): PracticeCard {
  return { name, about, load: async () => readCardImage((await open()).default) };
}
