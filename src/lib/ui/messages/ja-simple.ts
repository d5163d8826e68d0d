/**
 * やさしい日本語, for whoever holds the card: short sentences, everyday words, a reading at every kanji (出入国在留管理庁・文化庁「在留支援のためのやさしい日本語
 * ガイドライン」). What only a clerk reads has the words of the Japanese catalogue; `clerk-only.ts` names all of it, so nothing falls back unseen.
 */
import { withoutReadings } from './furigana.ts';
import { ja } from './ja.ts';
import { credentials, readers, steps, tryUsed } from './ja-simple/card-words.ts';
import { entry } from './ja-simple/entry.ts';
import { faults } from './ja-simple/faults.ts';
import { screens } from './ja-simple/screens.ts';
import { mapTexts } from './map-texts.ts';
import type { Messages } from './messages.ts';

/** What is in simple words. */
export const simpleWords = { tryUsed, credentials, steps, readers, entry, faults, screens };

function withTheRest(own: typeof simpleWords): Messages {
  return {
    ...own,
    faults: { ...ja.faults, ...own.faults },
    screens: { ...ja.screens, ...own.screens },
    readers: { ...ja.readers, ...own.readers },
    reasons: ja.reasons,
    deviations: ja.deviations,
    classes: ja.classes,
    colours: ja.colours,
    sexes: ja.sexes,
    eras: ja.eras,
    recordKinds: ja.recordKinds,
    chainFaults: ja.chainFaults,
    practiceCards: ja.practiceCards,
    diagnosis: ja.diagnosis,
  };
}

/** Without readings. */
export const jaSimple: Messages = withTheRest(mapTexts(simpleWords, withoutReadings));

/** With readings: 免許《めんきょ》. */
export const jaSimpleAnnotated: Messages = withTheRest(simpleWords);
