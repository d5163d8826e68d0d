/**
 * Carries what was read from the reading room to the laboratory and the rule book, and puts their answers side by side.
 */
import { japaneseDay } from '#bytes';
import { CardError, cardInfoSignedContent, licenceSignedContent, parseLicenceRecord, parsePersonalDetails } from '#card';
import { judgeExpiry, judgeHeld, licenceReasons } from '#entitlement';
import { judge, type Anchor, type Mode, type SignedContent, type Verdict } from '#trust';
import type { CardRun } from './card-run.ts';
import { orderedReasons } from './reasons.ts';
import type { CheckResult, Lamps, LicenceResult, NotRead, PersonalResult } from './state.ts';

export interface Judging {
  readonly anchors: readonly Anchor[];
  readonly mode: Mode;
  /** UTC milliseconds */
  readonly at: number;
}

/** A malformed file of one data set leaves the other one standing. */
export async function judgeRun(run: CardRun, judging: Judging): Promise<CheckResult> {
  const licence = await judgeLicence(run, judging);
  const personalDetails = await judgePersonalDetails(run, judging);
  const today = japaneseDay(judging.at);
  const lamps: Lamps = { genuine: genuineLamp(licence, personalDetails), ...licenceLamps(licence, today) };
  return {
    at: judging.at,
    today,
    mode: judging.mode,
    order: run.order,
    licence,
    personalDetails,
    lamps,
    reasons: orderedReasons([
      ...verdictReasons(licence),
      ...verdictReasons(personalDetails),
      ...licenceReasons(lamps.inDate, lamps.licenceHeld),
      ...missingReasons(licence, personalDetails),
    ]),
    link: run.connection.figures,
  };
}

async function judgeLicence({ licenceFiles: files, licenceNotRead }: CardRun, { anchors, at, mode }: Judging): Promise<CheckResult['licence']> {
  if (files === undefined) return { notRead: licenceNotRead ?? 'SKIPPED' };
  const parsed = readable(() => parseLicenceRecord(files.record));
  if (parsed === undefined) return { notRead: 'DATA_UNREADABLE' };
  const content = readable(() => licenceSignedContent(files.record, files.signature)) ?? unreadableProof;
  return { licence: parsed.licence, files, verdict: await judge(content, anchors, at, mode) };
}

async function judgePersonalDetails(
  { personalFiles: files, personalNotRead }: CardRun,
  { anchors, at, mode }: Judging,
): Promise<CheckResult['personalDetails']> {
  if (files === undefined) return { notRead: personalNotRead ?? 'SKIPPED' };
  const details = readable(() => parsePersonalDetails(files.details));
  if (details === undefined) return { notRead: 'DATA_UNREADABLE' };
  const content = readable(() => cardInfoSignedContent(files)) ?? unreadableProof;
  return { details, files, verdict: await judge(content, anchors, at, mode) };
}

/** The files are there, but what should prove the data is not what the application promises: that is no contradiction, only no proof. */
const unreadableProof: SignedContent = { form: 'none', reason: 'UNREADABLE' };

/** `undefined` for a malformed file. The other data set is not lost with it. */
function readable<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof CardError && thrown.code === 'CARD_FILE_MALFORMED') return undefined;
    throw thrown;
  }
}

type Part = LicenceResult | PersonalResult | { readonly notRead: NotRead };

const severity = { notGenuine: 2, notChecked: 1, genuine: 0 } as const;

/** The worse of the two, and which one it is about. */
function genuineLamp(licence: Part, personalDetails: Part): Lamps['genuine'] {
  if ('notRead' in licence)
    return 'notRead' in personalDetails ? { state: 'notChecked', about: 'nothing' } : { state: personalDetails.verdict.verdict, about: 'personalDetails' };
  if ('notRead' in personalDetails) return { state: licence.verdict.verdict, about: 'licence' };
  const [ofLicence, ofPerson] = [licence.verdict.verdict, personalDetails.verdict.verdict];
  if (ofLicence === ofPerson) return { state: ofLicence, about: 'both' };
  return severity[ofLicence] > severity[ofPerson] ? { state: ofLicence, about: 'licence' } : { state: ofPerson, about: 'personalDetails' };
}

function licenceLamps(part: CheckResult['licence'], today: CheckResult['today']): Pick<Lamps, 'inDate' | 'licenceHeld'> {
  if ('licence' in part) return { inDate: judgeExpiry(part.licence.expiry, today), licenceHeld: judgeHeld(part.licence) };
  return { inDate: { state: 'unknown', why: 'NOT_READ' }, licenceHeld: judgeHeld(part.notRead === 'NO_LICENCE_APPLICATION' ? 'noApplication' : 'notRead') };
}

function verdictReasons(part: Part): readonly string[] {
  if (!('verdict' in part)) return part.notRead === 'SKIPPED' || part.notRead === 'NOT_ASKED' ? [] : [part.notRead];
  const verdict: Verdict = part.verdict;
  return verdict.verdict === 'genuine' ? [] : verdict.reasons;
}

/** Green for one data set must not be taken for both. */
function missingReasons(licence: Part, personalDetails: Part): string[] {
  return [...('notRead' in licence ? ['LICENCE_NOT_CHECKED'] : []), ...('notRead' in personalDetails ? ['NAME_NOT_READ'] : [])];
}
