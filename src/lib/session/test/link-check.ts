/**
 * One whole check over a virtual reader by a person who errs, with faults on the way, and what must hold of it: it ends in the right result or in
 * a coded fault, no VERIFY is sent that nobody asked for, no try is burned, the log is whole, and what was typed is gone.
 * Everything of a check is made anew for it; only what is read (card images, anchors, results without faults) is kept.
 */
import { openAuditLog, openMemoryStore, type AuditLog } from '#audit';
import type { CardImage, Fault, FaultKind, ReaderName } from '#simulator';
import type { Anchor } from '#trust';
import { VirtualTime } from '#virtual-time';
import { platformTimers } from '../platform-timers.ts';
import type { ReceptionState } from '../state.ts';
import { trainingMaterialOf } from '../training-material.ts';
import { fullEntry, image, openTestCounter, type TestCounter } from './counter.ts';
import { indecencies, knocksAtBlockedKeys, triesBurned } from './decency.ts';
import type { LinkPlan } from './link-plans.ts';
import { Operator } from './operator.ts';
import { wrongsOf, type Reference } from './right-result.ts';
import { WatchedCard } from './watched-card.ts';

export interface LinkOutcome {
  /** Promises that were broken. Empty, or the run has failed. */
  readonly broken: readonly string[];
  /** Faults of the plan whose kind struck. */
  readonly struck: readonly Fault[];
  /** `result`, or the codes of the faults the check ended in, in their order. */
  readonly ends: readonly string[];
  readonly burned: number;
  /** What happened when, in the order of it: two runs with the same course did the same. Nothing that was typed or read. */
  readonly course: string;
  /** For whoever looks into a failure. */
  readonly diagnostics: readonly string[];
}

interface Deck {
  readonly image: CardImage;
  readonly anchors: readonly Anchor[];
  readonly reference: Reference;
}

/** Checks one after the other in one process, on virtual time. */
export class LinkChecks {
  readonly #time = VirtualTime.install({ remembered: new Map() });
  readonly #decks = new Map<string, Deck>();
  readonly #hashKey: CryptoKey;

  private constructor(hashKey: CryptoKey) {
    this.#hashKey = hashKey;
  }

  static async open(): Promise<LinkChecks> {
    const hashKey = await openMemoryStore().hashKey();
    return new LinkChecks(hashKey);
  }

  close(): void {
    this.#time.uninstall();
  }

  async run(reader: ReaderName, plan: LinkPlan): Promise<LinkOutcome> {
    const deck = await this.#deckOf(plan.card);
    return this.#time.run(async () => checkOnce({ reader, plan, deck, log: await this.#openLog() }));
  }

  #openLog(): Promise<AuditLog> {
    return openAuditLog({ mode: 'practice', store: { ...openMemoryStore(), hashKey: () => Promise.resolve(this.#hashKey) } });
  }

  async #deckOf(name: string): Promise<Deck> {
    const known = this.#decks.get(name);
    if (known !== undefined) return known;
    const card = await image(name);
    const anchors = trainingMaterialOf(card);
    const reference = await this.#time.run(() => readWithoutFaults(card, anchors));
    const deck = { image: card, anchors, reference };
    this.#decks.set(name, deck);
    return deck;
  }
}

async function readWithoutFaults(card: CardImage, anchors: readonly Anchor[]): Promise<Reference> {
  const counter = await openTestCounter({ image: card, anchors, clock: platformTimers });
  await counter.session.reopenReader();
  await counter.until('entry');
  counter.session.submit(fullEntry(card));
  const end = await counter.until('confirmLastTry', 'result');
  if (end.name === 'confirmLastTry') counter.session.confirmLastTry();
  const { result } = await counter.until('result');
  await counter.close();
  return result;
}

interface Circumstances {
  readonly reader: ReaderName;
  readonly plan: LinkPlan;
  readonly deck: Deck;
  readonly log: AuditLog;
}

async function checkOnce({ reader, plan, deck: { image: card, anchors, reference }, log }: Circumstances): Promise<LinkOutcome> {
  const onReader = new WatchedCard(card, { verifiedQuery: plan.verifiedQuery });
  const counter = await openTestCounter({ image: card, onReader, profile: reader, log, anchors, clock: platformTimers });
  const operator = new Operator(counter, onReader, plan.turns);
  const broken = [...(await workThrough({ counter, operator, plan }))];
  const struckFaults = plan.faults.filter(({ kind }) => counter.reader.faults.hitsOf(kind) > 0);
  const struck = struckFaults.map(({ kind }) => kind);
  broken.push(...indecencies(onReader, operator, card), ...knocksAtBlockedKeys(onReader.seen), ...unfitEnds(counter, struck));
  for (const { result, recording } of operator.ends.filter((end) => end.name === 'result')) {
    broken.push(...wrongsOf(result, { reference, card: onReader, operator, struck }));
    if (recording.state !== 'recorded') broken.push('a result that was not recorded');
  }
  const burned = burnedTries(onReader, operator);
  if (burned > 0) broken.push(`${String(burned)} tries burned`);
  if ((await log.verify()).outcome !== 'intact') broken.push('the log is not intact');
  await counter.close();
  if (operator.typedBytes.some((bytes) => bytes.some((byte) => byte !== 0))) broken.push('a secret was not wiped');
  return {
    broken,
    struck: struckFaults,
    ends: operator.ends.map(nameOfEnd),
    burned,
    course: courseOf(counter, onReader),
    diagnostics: counter.session.diagnostics(),
  };
}

/** The person works until there is nothing more to do. */
async function workThrough({ counter, operator, plan }: { counter: TestCounter; operator: Operator; plan: LinkPlan }): Promise<readonly string[]> {
  const armFrom = (moment: LinkPlan['armed']): void => {
    if (plan.armed === moment) counter.reader.faults.set(plan.faults);
  };
  try {
    armFrom('beforeOpening');
    await counter.session.reopenReader();
    await operator.work(() => armFrom('beforeEntry'));
    return [];
  } catch (thrown) {
    // The rest of the message is the diagnostic log, which the outcome has too.
    return [thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown)];
  }
}

/** Tries missing on the card, and VERIFY commands at it, beyond what the person asked for. */
function burnedTries(card: WatchedCard, operator: Operator): number {
  const { licencePin, noPin, numberB, cardInfoPin } = operator.submissions;
  const unasked = card.verifies().length - (licencePin + noPin + numberB + cardInfoPin);
  return Math.max(0, unasked) + Object.values(triesBurned(card, operator)).reduce((sum, tries) => sum + tries, 0);
}

/** Every fault that was shown has a code of its own, and without a fault on the way none was shown. */
function unfitEnds({ states, session, reader }: TestCounter, struck: readonly FaultKind[]): readonly string[] {
  const codes = states.flatMap((state) => ('fault' in state ? [state.fault.code] : []));
  const uncoded = codes.includes('UNEXPECTED_FAULT') || session.diagnostics().some((line) => line.includes('UNEXPECTED_FAULT'));
  return [
    ...(uncoded ? ['a fault without a code of its own'] : []),
    ...(struck.length === 0 && codes.length > 0 ? [`${codes.join(', ')} although no fault struck`] : []),
    ...reader.unexpectedInput.map(({ message, facts }) => `the reader was sent what no host may send: ${message} ${JSON.stringify(facts)}`),
  ];
}

function nameOfEnd(state: ReceptionState): string {
  return 'fault' in state ? state.fault.code : state.name;
}

function courseOf({ states, reader }: TestCounter, card: WatchedCard): string {
  return [
    ...states.map((state) => `${state.name}${'fault' in state ? ` ${state.fault.code}` : ''}`),
    ...card.seen.map(({ kind, aid, file, response }) => `${kind} ${aid}/${file} ${response.slice(-4)}`),
    ...reader.messageLog.map(({ name, slot, sequence, dataLength }) => `${name} ${String(slot)} ${String(sequence)} ${String(dataLength)}`),
    `${String(reader.modelledMs)} ms on the link, ${String(performance.now())} ms`,
  ].join('\n');
}
