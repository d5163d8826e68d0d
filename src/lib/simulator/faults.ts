/**
 * Faults as plain data: what goes wrong, at which event of its kind it begins and when it stops. They compose: a schedule is a list,
 * and every fault of it counts its own events. spec/ccid.md §14 (B-numbers), spec/browser-and-readers.md §15.
 */
import type { MessageName } from './usb-function.ts';

/** When a fault is at work. Events are those of the fault's own kind, after its filter, since it was armed. */
export interface When {
  /** The first event that is hit; 1 (the default) = the next. */
  readonly from?: number;
  /** How many events are hit, 1 by default. `untilReset` = until a port reset or until the reader is plugged in again. */
  readonly times?: number | 'endless' | 'untilReset';
}

interface OnMessage extends When {
  /** Only replies to these messages; all by default. */
  readonly on?: readonly MessageName[];
}

interface OnCommand extends When {
  /** Only commands with this INS; all by default. */
  readonly ins?: number;
}

/** The reader's answer to a message of the host goes wrong. Event: a reply is ready. */
export type ReplyFault = OnMessage &
  (
    | { readonly kind: 'foreignSequence'; readonly copies: number | 'endless' }
    | { readonly kind: 'timeExtension'; readonly copies: number | 'endless'; readonly multiplier: number; readonly everyMs?: number }
    | { readonly kind: 'wrongType'; readonly type: number }
    | { readonly kind: 'wrongSlot'; readonly slot: number }
    | { readonly kind: 'duplicateReply' }
    /** Only the first bytes of the reply, as one short transfer. */
    | { readonly kind: 'shortReply'; readonly length: number }
    /** dwLength says this; the data stays as it is. */
    | { readonly kind: 'declaredLength'; readonly length: number }
    /** Zero bytes behind the message that dwLength does not count. */
    | { readonly kind: 'extraBytes'; readonly length: number }
    /** bStatus and bError as given, no data. */
    | { readonly kind: 'status'; readonly status: number; readonly error: number }
    | { readonly kind: 'chainParameter'; readonly value: number; readonly data: 'keep' | 'drop' }
    /** Byte 9 and the data become these, dwLength fits. */
    | { readonly kind: 'data'; readonly bytes: string }
    /** The whole reply becomes these bytes. */
    | { readonly kind: 'rawReply'; readonly bytes: string }
    | { readonly kind: 'silence' }
    | { readonly kind: 'lateReply'; readonly delayMs: number }
    | { readonly kind: 'babble' }
    /** The endpoint halts before the reply; clearHalt lets it out. */
    | { readonly kind: 'stallIn' }
    | { readonly kind: 'zeroLengthPackets'; readonly before: number; readonly after: number }
    | { readonly kind: 'splitPackets'; readonly packetLength: number }
    | { readonly kind: 'missingZeroLengthPacket' }
  );

/** What happens between reader and card. Event: a whole command APDU is ready for the card. */
export type CardFault = OnCommand &
  /** `executed`: whether the card had done the command. Back after that time, or not at all. */
  (
    | { readonly kind: 'cardRemoved'; readonly executed: boolean; readonly backAfterMs?: number }
    /** The reader says "no card" once; the card never lost power nor what it had verified. */
    | { readonly kind: 'presenceFlicker'; readonly executed: boolean }
    /** The card says nothing to this command. */
    | { readonly kind: 'cardMute'; readonly executed: boolean }
    /** The response APDU becomes these bytes; the card does not see the command. */
    | { readonly kind: 'response'; readonly bytes: string }
    /** READ BINARY answers more than Le. */
    | { readonly kind: 'longRead'; readonly extraLength: number }
    /** READ BINARY never reaches an end: every answer is filled up to Le. */
    | { readonly kind: 'endlessFile' }
  );

/**
 * Blocks between reader and card, ISO/IEC 14443-4 over the air and T=1 on contacts. Event: the card is about to send a block; for
 * `blockToCardLost` a block reaches the card.
 */
export type BlockFault = When &
  (
    | { readonly kind: 'blockToCardLost' }
    | { readonly kind: 'blockFromCardLost' }
    /** Damaged on the way: CRC or parity does not fit. */
    | { readonly kind: 'blockGarbled' }
    /** Nothing now; it comes as the answer to the next block. */
    | { readonly kind: 'blockLate' }
    | { readonly kind: 'blockTruncated'; readonly length: number }
    | { readonly kind: 'blockTooLong'; readonly extraLength: number }
    /** The other block number. */
    | { readonly kind: 'blockNumber' }
    /** The block before it once more. */
    | { readonly kind: 'blockRepeated' }
    /** These bytes instead (hexadecimal; T=1: with their LRC). */
    | { readonly kind: 'blockReplaced'; readonly bytes: string }
  );

/** How the card takes its turn. Event: a command is ready for it. */
export type TurnFault = OnCommand &
  (
    | { readonly kind: 'waitingTime'; readonly multiplier: number; readonly copies: number | 'endless' }
    /** The response comes in parts of this length [bytes]. */
    | { readonly kind: 'cardChains'; readonly partLength: number }
    /** Parts of this length without end; 0 = empty ones. */
    | { readonly kind: 'endlessChain'; readonly partLength: number }
    /** T=1 only: an S(... request) before the response; `pcb` as in ISO/IEC 7816-3 §11.3, `inf` hexadecimal. */
    | { readonly kind: 'cardRequest'; readonly pcb: number; readonly inf: string }
  );

/** What only the RC-S300 does. Event: an escape that needs the session. */
export type SessionFault = When & { readonly kind: 'otherClient'; readonly trailing?: boolean };

/** What the USB does. Event: the call, or the byte, that the kind names. */
export type UsbFault = When &
  (
    | { readonly kind: 'openFails'; readonly failure: 'accessDenied' | 'transferFailed' }
    | { readonly kind: 'claimFails' }
    /** claimInterface never answers. */
    | { readonly kind: 'claimHangs' }
    | { readonly kind: 'resetFails' }
    | { readonly kind: 'transferInFails' }
    | { readonly kind: 'transferOutFails' }
    | { readonly kind: 'stallOut' }
    /** Event: a message of the host arrived; it is not answered. */
    | { readonly kind: 'unplugAtMessage' }
    /** Gone before bulk IN byte number `byte` (1 = the first) since the fault was armed leaves the reader. */
    | { readonly kind: 'unplugAtInByte'; readonly byte: number }
    | { readonly kind: 'controlStalls'; readonly request: number }
    | { readonly kind: 'controlReply'; readonly request: number; readonly bytes: string }
    /** GET_DESCRIPTOR of the configuration gives these bytes. */
    | { readonly kind: 'configurationDescriptor'; readonly bytes: string }
  );

export type Fault = ReplyFault | CardFault | BlockFault | TurnFault | SessionFault | UsbFault;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;

interface Armed {
  readonly fault: Fault;
  events: number;
  hits: number;
}

/** The faults of one reader, with their counters. */
export class FaultSchedule {
  #armed: Armed[] = [];

  /** Replaces all faults; counting begins now. */
  set(faults: readonly Fault[]): void {
    this.#armed = [];
    this.add(...faults);
  }

  add(...faults: readonly Fault[]): void {
    this.#armed.push(...faults.map((fault) => ({ fault, events: 0, hits: 0 })));
  }

  clear(): void {
    this.#armed = [];
  }

  /** How often a fault of this kind has struck since it was armed. */
  hitsOf(kind: FaultKind): number {
    return this.#armed.filter(({ fault }) => fault.kind === kind).reduce((sum, { hits }) => sum + hits, 0);
  }

  /** True while any fault may still strike. */
  get isArmed(): boolean {
    return this.#armed.some(({ fault: { times = 1 }, hits }) => typeof times === 'string' || hits < times);
  }

  /** One event: counts it for every fault of these kinds that `applies` and returns those that strike, in their order. */
  strike<Kind extends FaultKind>(kinds: readonly Kind[], applies: (fault: FaultOf<Kind>) => boolean = () => true): readonly FaultOf<Kind>[] {
    const striking: FaultOf<Kind>[] = [];
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!isOfKind(fault, kinds) || !applies(fault)) continue;
      if (countEvent(armed)) striking.push(fault);
    }
    return striking;
  }

  /** A port reset, or the reader plugged in again. */
  reset(): void {
    this.#armed = this.#armed.filter(({ fault }) => fault.times !== 'untilReset');
  }

  /** `length` bytes are about to leave on bulk IN: true when the cable goes out before the last of them. */
  strikeAtByte(length: number): boolean {
    let strikes = false;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.kind !== 'unplugAtInByte' || armed.hits > 0) continue;
      armed.events += length;
      if (armed.events < fault.byte) continue;
      armed.hits++;
      strikes = true;
    }
    return strikes;
  }

  /** True once any fault has struck: the host has been lied to, and not all it does afterwards is its own mistake. */
  get hasStruck(): boolean {
    return this.#armed.some(({ hits }) => hits > 0);
  }
}

function countEvent(armed: Armed): boolean {
  const { from = 1, times = 1 } = armed.fault;
  armed.events++;
  if (armed.events < from || (typeof times === 'number' && armed.hits >= times)) return false;
  armed.hits++;
  return true;
}

function isOfKind<Kind extends FaultKind>(fault: Fault, kinds: readonly Kind[]): fault is FaultOf<Kind> {
  return (kinds as readonly FaultKind[]).includes(fault.kind); // `includes` of a narrower list refuses the wider value it is asked about
}
