/** What the receipt lists: only what this check really read, and only what its log entry really holds. */
import type { AuditEntry, CheckResult, LicenceResult, PersonalResult } from '#session';
import type { ScreenMessages } from '../messages/screen-messages.ts';

export function readItems({ licence, personalDetails }: Pick<CheckResult, 'licence' | 'personalDetails'>, words: ScreenMessages): string[] {
  const ofLicence = 'notRead' in licence ? unclear(licence.notRead, words.readLicenceUnclear) : licenceItems(licence, words);
  const ofPerson = 'notRead' in personalDetails ? unclear(personalDetails.notRead, words.readPersonalUnclear) : personalItems(personalDetails, words);
  return [...ofLicence, ...ofPerson];
}

export function keptItems(entry: AuditEntry, { kept }: ScreenMessages): string[] {
  const anchors = [...entry.licence.anchorFingerprints, ...entry.personalDetails.anchorFingerprints];
  return [
    kept.time,
    kept.verdicts,
    ...given(anchors.length > 0, kept.anchors),
    ...given(entry.licenceNumberHash !== undefined, kept.numberHash),
    ...given(entry.reader !== undefined, kept.reader),
    kept.build,
  ];
}

/** Data that came off the card and was not understood was read all the same. */
function unclear(why: string, words: string): string[] {
  return given(why === 'DATA_UNREADABLE', words);
}

function licenceItems({ licence, files }: LicenceResult, words: ScreenMessages): string[] {
  const items = [
    ...given(licence.recordNumber !== undefined || licence.history?.recordNumber !== undefined, words.number),
    ...given(licence.expiry !== undefined, words.expiryWords),
    ...given(licence.colourClass !== undefined, words.colour),
    words.classesTitle,
    ...given(licence.conditions.length > 0, words.conditions),
    words.dates,
    ...given(licence.remarks.length > 0, words.remarks),
    ...given(licence.history !== undefined, words.history),
    ...given(licence.photo !== undefined, words.photo),
  ];
  return [words.readLicence(items), ...given(files.signature !== undefined, words.readLicenceSignature)];
}

function personalItems({ files }: PersonalResult, words: ScreenMessages): string[] {
  const items = [words.name, words.address, words.birthDate, words.sex];
  return [words.readPersonal(items), ...given(files.record !== undefined, words.readPersonalSignature)];
}

function given(there: boolean, item: string): string[] {
  return there ? [item] : [];
}
