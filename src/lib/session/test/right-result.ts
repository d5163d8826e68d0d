/** Whether a result reached in spite of faults is the one the same card gives without any. */
import { isDeepStrictEqual } from 'node:util';
import type { CardImage, FaultKind } from '#simulator';
import type { CheckResult, NotRead } from '../state.ts';
import type { Operator } from './operator.ts';
import { CARD_INFO_AID, LICENCE_AID, type WatchedCard } from './watched-card.ts';
import { hex } from '#bytes';

/** A whole reading of the card without faults. */
export type Reference = CheckResult;

/** Faults under which the card itself says other things than its files hold, in answers that nothing protects. */
const lyingFaults: ReadonlySet<FaultKind> = new Set(['endlessFile', 'longRead']);

export interface Circumstances {
  readonly reference: Reference;
  readonly card: WatchedCard;
  readonly operator: Operator;
  readonly struck: readonly FaultKind[];
}

/** What is wrong about a result, in words. */
export function wrongsOf(result: CheckResult, circumstances: Circumstances): readonly string[] {
  const { licence, personalDetails, lamps } = result;
  const { reference } = circumstances;
  return [
    ...('licence' in licence ? wrongsOfPart('licence', licence, reference.licence, circumstances) : unread('licence', licence.notRead, circumstances)),
    ...('details' in personalDetails
      ? wrongsOfPart('personal details', personalDetails, reference.personalDetails, circumstances)
      : unread('personal details', personalDetails.notRead, circumstances)),
    ...('licence' in licence && 'details' in personalDetails && !isLiedTo(circumstances) && !isDeepStrictEqual(lamps, reference.lamps) ? ['other lamps'] : []),
  ];
}

type PartName = 'licence' | 'personal details';
type Part = CheckResult['licence'] | CheckResult['personalDetails'];

function wrongsOfPart(what: PartName, part: Part, expected: Part, circumstances: Circumstances): readonly string[] {
  if (isDeepStrictEqual(part, expected)) return [];
  const isGreen = 'verdict' in part && part.verdict.verdict === 'genuine';
  if (isLiedTo(circumstances) && (!isGreen || isDeepStrictEqual(contentOf(part), contentOf(expected)))) return [];
  return [`${what}: not what the same card gives without faults${isGreen ? ', and called genuine' : ''}`];
}

/** What is shown and signed. Files may end in bytes that no signature covers, and that nobody shows. */
function contentOf(part: Part): unknown {
  if ('licence' in part) return [{ ...part.licence, rest: undefined }, part.verdict];
  return 'details' in part ? [part.details, part.verdict] : part;
}

function isLiedTo({ struck }: Circumstances): boolean {
  return struck.some((kind) => lyingFaults.has(kind));
}

/** Why a part may be missing: the card has not got it, it is blocked, the person left it out, or a fault that is told. */
function unread(what: PartName, notRead: NotRead, circumstances: Circumstances): readonly string[] {
  return mayBeMissing(what, notRead, circumstances) ? [] : [`${what}: ${notRead} without a reason`];
}

function mayBeMissing(what: PartName, notRead: NotRead, circumstances: Circumstances): boolean {
  const { card, operator, struck } = circumstances;
  switch (notRead) {
    case 'NO_LICENCE_APPLICATION':
      return !hasApplication(card.image, LICENCE_AID);
    case 'CARD_INFO_ABSENT':
      return !hasApplication(card.image, CARD_INFO_AID);
    case 'SKIPPED':
      return wasLeftOut(operator, what);
    case 'PIN_BLOCKED':
      return isPinBlocked(card, what);
    case 'NUMBER_B_BLOCKED':
      return isBlocked(card, CARD_INFO_AID, 0x0015);
    case 'READ_FAILED':
      return struck.length > 0;
    case 'DATA_UNREADABLE':
      return isLiedTo(circumstances);
    case 'APPLICATION_LOCKED':
    case 'NOT_ASKED':
      return false;
  }
}

function wasLeftOut({ handedOver }: Operator, what: PartName): boolean {
  return handedOver.some((entry) => (what === 'licence' ? entry.licence : entry.personal) === 'skip');
}

function isPinBlocked(card: WatchedCard, what: PartName): boolean {
  return what === 'licence' ? isBlocked(card, LICENCE_AID, 0x0006) : isBlocked(card, CARD_INFO_AID, 0x0011);
}

function hasApplication({ applications }: CardImage, aid: string): boolean {
  return applications.some((application) => hex(application.aid) === aid);
}

function isBlocked(card: WatchedCard, aid: string, efIdentifier: number): boolean {
  return card.snapshot().credentials.some((key) => hex(key.aid) === aid && key.efIdentifier === efIdentifier && key.remaining === 0);
}
