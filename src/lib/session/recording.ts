/** From a result to the line the vault keeps: outcome, reasons and anchors. No name, no address, the number only as a keyed hash. */
import type { AuditedVerdict, AuditLog, AuditRecord } from '#audit';
import type { ReaderDescription } from '#reader';
import type { HashInput, Verdict } from '#trust';
import { isRoomError } from './fault-view.ts';
import type { CheckResult, LicenceResult, Recording } from './state.ts';

const notRead: AuditedVerdict = { verdict: 'notRead', reasons: [], anchorFingerprints: [] };

export interface RecordingFacts {
  readonly appBuild: string;
  readonly reader: ReaderDescription;
  /** What went wrong on the way: WRONG_PIN, CARD_REMOVED … */
  readonly mishaps: Iterable<string>;
}

/** Appends the check. What could not be kept is said, never passed over. */
export async function recordCheck(log: AuditLog, result: CheckResult, facts: RecordingFacts): Promise<Recording> {
  return append(log, async () => {
    const number = 'licence' in result.licence ? await numberHash(log, result.licence) : undefined;
    return {
      event: 'check',
      at: result.at,
      mode: result.mode,
      licence: 'licence' in result.licence ? audited(result.licence.verdict) : { ...notRead, reasons: [result.licence.notRead] },
      personalDetails:
        'details' in result.personalDetails ? audited(result.personalDetails.verdict) : { ...notRead, reasons: [result.personalDetails.notRead] },
      reasons: [...result.reasons, ...facts.mishaps],
      appBuild: facts.appBuild,
      reader: describe(facts.reader),
      ...(number === undefined ? {} : { licenceNumberHash: number }),
    };
  });
}

/** Appends a check that did not come to a result. */
export function recordUnfinished(
  log: AuditLog,
  unfinished: { readonly event: 'error' | 'cancelled'; readonly at: number; readonly mode: CheckResult['mode']; readonly reasons: readonly string[] },
  facts: RecordingFacts,
): Promise<Recording> {
  return append(log, () =>
    Promise.resolve({
      event: unfinished.event,
      at: unfinished.at,
      mode: unfinished.mode,
      licence: notRead,
      personalDetails: notRead,
      reasons: [...new Set([...unfinished.reasons, ...facts.mishaps])],
      appBuild: facts.appBuild,
      reader: describe(facts.reader),
    }),
  );
}

async function append(log: AuditLog, build: () => Promise<AuditRecord>): Promise<Recording> {
  try {
    return { state: 'recorded', entry: await log.append(await build()) };
  } catch (thrown) {
    return { state: 'failed', code: isRoomError(thrown) ? thrown.code : 'LOG_APPEND_FAILED' };
  }
}

async function numberHash(log: AuditLog, { licence }: LicenceResult): Promise<string | undefined> {
  const number = licence.recordNumber ?? licence.history?.recordNumber;
  return number !== undefined && 'value' in number ? log.keyedHash(number.value) : undefined;
}

function audited(verdict: Verdict): AuditedVerdict {
  return verdict.verdict === 'genuine'
    ? { verdict: 'genuine', reasons: hashInputReason(verdict.signer.hashInput), anchorFingerprints: verdict.signer.anchorFingerprints }
    : { verdict: verdict.verdict, reasons: verdict.reasons, anchorFingerprints: verdict.anchorFingerprints };
}

const hashInputReasons = {
  elementsThrough107: 'HASH_ELEMENTS_THROUGH_107',
  wholeFile: 'HASH_WHOLE_FILE',
  valuesOnly: 'HASH_VALUES_ONLY',
} as const satisfies Record<HashInput, string>;

/** Which reading of "all data in WEF02" the signature fitted: no card has told yet which one is right (licence-applet §6.3). */
function hashInputReason(hashInput: HashInput | undefined): readonly string[] {
  return hashInput === undefined ? [] : [hashInputReasons[hashInput]];
}

/** Model and level, never a serial number. */
function describe({ vendorId, productId, level }: ReaderDescription): string {
  const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
  return `${hex4(vendorId)}:${hex4(productId)} ${level}`;
}
