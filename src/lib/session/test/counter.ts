/** A reception over a virtual reader for tests: the same rooms as at the counter, a log in memory, a clock that a test can turn. */
import { openAuditLog, openMemoryStore, type AuditLog } from '#audit';
import { practiceCards, practiceUsb, virtualReader, type CardImage, type VirtualCard, type VirtualReader, type VirtualReaderOptions } from '#simulator';
import type { CcidTimeouts } from '#reader';
import type { Anchor, Mode } from '#trust';
import { readerDevicesOf, type ReaderDevices } from '#usb';
import { Secret } from '#bytes';
import type { CardSession, Entry } from '../card-session.ts';
import type { IdleTimers } from '../idle-watch.ts';
import { openReception } from '../reception.ts';
import type { CheckOrder } from '../purpose.ts';
import type { ReceptionState } from '../state.ts';
import { trainingMaterialOf } from '../training-material.ts';

/** 2026-12-01T00:00:00Z: within the training anchors' dates. */
export const TEST_INSTANT = Date.UTC(2026, 11, 1);

export async function image(name: string): Promise<CardImage> {
  const card = practiceCards.find((candidate) => candidate.name === name);
  if (card === undefined) throw new Error(`no card ${name}`);
  return card.load();
}

/** Time that passes only when told to. */
export class TestTimers {
  #nowMs = 0;
  #next = 1;
  readonly #due = new Map<number, { atMs: number; callback: () => void }>();

  setTimeout(callback: () => void, delayMs: number): number {
    this.#due.set(this.#next, { atMs: this.#nowMs + delayMs, callback });
    return this.#next++;
  }

  clearTimeout(handle: unknown): void {
    this.#due.delete(handle as number);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  pass(ms: number): void {
    const end = this.#nowMs + ms;
    for (;;) {
      const [handle, soonest] = [...this.#due].sort(([, left], [, right]) => left.atMs - right.atMs)[0] ?? [];
      if (handle === undefined || soonest === undefined || soonest.atMs > end) break;
      this.#due.delete(handle);
      this.#nowMs = soonest.atMs;
      soonest.callback();
    }
    this.#nowMs = end;
  }
}

/** A reader that says nothing is not waited for in earnest. */
export const impatient: Partial<CcidTimeouts> = {
  writeMs: 300,
  replyMs: 120,
  powerOnMs: 150,
  longestReplyMs: 150,
  commandBudgetMs: 400,
  recoveryMs: 25,
  busyPauseMs: 2,
  pollMs: 40,
  lookAnywayMs: 400,
  coalesceMs: 5,
  closeMs: 300,
};

export interface TestCounter {
  readonly session: CardSession;
  readonly reader: VirtualReader;
  readonly log: AuditLog;
  readonly timers: TestTimers;
  readonly states: ReceptionState[];
  until<Name extends ReceptionState['name']>(...names: Name[]): Promise<Extract<ReceptionState, { name: Name }>>;
  close(): Promise<void>;
}

export interface TestCounterOptions extends VirtualReaderOptions {
  readonly image: CardImage;
  /** The card that lies on the reader, when it is not just made from the image. */
  readonly onReader?: VirtualCard;
  readonly timeouts?: Partial<CcidTimeouts>;
  /** Another page over a reader that is there already. */
  readonly over?: VirtualReader;
  /** Readers plugged in beside it, on the same page. */
  readonly beside?: readonly VirtualReader[];
  readonly mode?: Mode;
  readonly log?: AuditLog;
  readonly cardAway?: boolean;
  /** Whether the browser has WebHID. True by default. */
  readonly hid?: boolean;
  /** The counter's own clock, when it is not to stand still. */
  readonly clock?: IdleTimers;
  /** What `trainingMaterialOf` makes of the card, when it has been made already. */
  readonly anchors?: readonly Anchor[];
  /** What the cards are checked for. */
  readonly order?: () => CheckOrder;
}

export async function openTestCounter({
  image: card,
  mode = 'practice',
  log: givenLog,
  cardAway = false,
  onReader,
  over,
  timeouts = impatient,
  hid = true,
  beside,
  clock,
  anchors,
  order,
  ...options
}: TestCounterOptions): Promise<TestCounter> {
  const reader = over ?? virtualReader({ ...options, ...(cardAway ? {} : { card: onReader ?? card }) });
  const log = givenLog ?? (await openAuditLog({ mode, store: openMemoryStore() }));
  const timers = new TestTimers();
  const session = openReception({
    devices: devicesOf(reader, { over, hid, beside, unrestricted: options.unrestricted }),
    log,
    anchors: () => anchors ?? trainingMaterialOf(card),
    mode,
    appBuild: '0.0.0+test',
    now: () => TEST_INSTANT,
    timers: clock ?? timers,
    readerOptions: { timeouts },
    ...optional({ order }),
  });
  const states: ReceptionState[] = [];
  session.subscribe(() => {
    if (states.at(-1) !== session.state) states.push(session.state);
  });
  return { session, reader, log, timers, states, until: (...names) => until(session, names), close: () => session.close() };
}

/** Without the keys that are undefined. */
function optional({ order }: { readonly order: TestCounterOptions['order'] | undefined }): Pick<TestCounterOptions, 'order'> {
  return order === undefined ? {} : { order };
}

interface Page {
  readonly over: VirtualReader | undefined;
  readonly hid: boolean;
  readonly beside: readonly VirtualReader[] | undefined;
  readonly unrestricted: boolean | undefined;
}

function devicesOf(reader: VirtualReader, { over, hid, beside, unrestricted }: Page): ReaderDevices {
  if (beside !== undefined && beside.length > 0) return readerDevicesOf(practiceUsb(reader, ...beside));
  if (over !== undefined) return readerDevicesOf(over.openPage(), over.openHidPage());
  return hid ? readerDevicesOf(reader.usb, reader.hid, reader.smartCard, unrestricted) : readerDevicesOf(reader.usb);
}

/** Waits for one of the states; a state that can only be an end fails at once instead of at the time-out. */
function until<Name extends ReceptionState['name']>(session: CardSession, names: readonly Name[]): Promise<Extract<ReceptionState, { name: Name }>> {
  const wanted: readonly string[] = names;
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const { state } = session;
      if (wanted.includes(state.name)) {
        resolve(state as Extract<ReceptionState, { name: Name }>);
        return true;
      }
      if (state.name === 'cardFault' || (state.name === 'noReader' && state.fault !== undefined)) {
        reject(new Error(`waited for ${wanted.join(' or ')}, got ${state.name} ${String(state.fault?.code)}\n${session.diagnostics().join('\n')}`));
        return true;
      }
      return false;
    };
    if (look()) return;
    const unsubscribe = session.subscribe(() => {
      if (look()) unsubscribe();
    });
  });
}

export function secret(text: string): Secret {
  return new Secret(new TextEncoder().encode(text));
}

/** Everything that the holder of this card would type. */
export function fullEntry({ enter }: CardImage): Entry {
  return { licence: enter.licencePin === null ? 'noPin' : { pin: secret(enter.licencePin) }, personalDetails: { numberB: secret(enter.numberB) } };
}

/** Long enough in real time for an impatient reader to notice and confirm a card that came or went. */
export function noticed(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 80);
  });
}

/** How long each state may stay as it is before it counts as the end of what goes on by itself [ms]. */
const restsAfterMs: Readonly<Record<ReceptionState['name'], number>> = {
  noReader: 200,
  waitingForCard: 200,
  inspecting: Infinity,
  entry: 8,
  confirmLastTry: 8,
  reading: Infinity,
  cardAway: 500,
  result: 8,
  cardFault: 8,
  returnCard: 8,
};

/** Lets time pass until nothing goes on by itself any more; a state that does not end within `limitMs` of real time is a failure. */
export async function settled({ session, timers }: TestCounter, limitMs = 6000): Promise<ReceptionState> {
  let { state } = session;
  let unchangedMs = 0;
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 4) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    timers.pass(4);
    const isAsBefore = session.state.name === state.name && !(session.state.name === 'noReader' && session.state.busy);
    unchangedMs = isAsBefore ? unchangedMs + 4 : 0;
    state = session.state;
    if (unchangedMs >= restsAfterMs[state.name]) return state;
  }
  throw new Error(`hangs in ${state.name}\n${session.diagnostics().join('\n')}`);
}
