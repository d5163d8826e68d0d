/** Texts about readers: one that a page may not use, and what else can be done. */
import type { ReaderMessages } from '../reader-messages.ts';

export const readers: ReaderMessages = {
  refusedName: 'The chosen reader',
  reachableTitle: 'Readers with an interface that pages may use',
  reachable: [
    'Sony RC-S300 (RC-S300/S, RC-S300/P)',
    'Sony RC-S380 (RC-S380/S, RC-S380/P)',
    'SCR3310-NTTCom, SCR331-DI-NTTCom',
    'OMNIKEY 5321 CLi',
    'a reader behind a HID bridge',
  ],
  reachableNote: 'By published documents. The same model may not work with another firmware, or because of the settings of the computer.',
  otherWaysTitle: 'To use the chosen reader (for administrators)',
  otherWays: [
    'No setting makes it usable from this page: it is the browser’s own limit, which no policy lifts.',
    'It may be usable from this app built as an Isolated Web App with usb-unrestricted, which an administrator installs (npm run build:iwa, docs/isolated-web-app.md).',
    'On ChromeOS the Isolated Web App can also use it through the Web Smart Card API and the Smart Card Connector.',
  ],
  chooseCardTitle: 'Which card is to be checked?',
  cardsLying: (count) =>
    count === 1
      ? 'A card is still there. To check that card, press the button below.'
      : 'There are several cards. Choose the one to check. If you cannot tell which is which, lift that card and put it down again.',
  chooseCard: (slot) => `Check the card in position ${String(slot + 1)}`,
  otherReadersTitle: 'Use another reader',
  readerInUse: 'Reader in use',
  useReader: (name) => `Use “${name}”`,
  connectAnother: 'Choose from the list',
  connectAnotherHint: 'Choose a reader from the list of the browser. It replaces the reader in use.',
};
