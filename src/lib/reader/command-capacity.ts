/** How much one command may carry on the way to a card, so that the interpreter need not know what kind of reader lies between. */

export interface CommandCapacity {
  /** APDUs with extended Lc and Le reach the card. Whether the card understands them is another question. */
  readonly carriesExtended: boolean;
  /** Le of a short READ BINARY that costs least for each byte: data and status word just fill whole frames [bytes], 1 to 256. */
  readonly bestReadLength: number;
}

const LONGEST_SHORT_READ = 256;
const STATUS_WORD_LENGTH = 2;
/** FSD 256 without PCB and CRC (ISO/IEC 14443-4 §7.1): what one frame over the air brings [bytes]. */
const RADIO_FRAME_INFORMATION = 253;

/** Readers that answer with whole APDUs, and ISO-DEP: one frame over the air, should there be air. */
export const RADIO_READ_LENGTH = RADIO_FRAME_INFORMATION - STATUS_WORD_LENGTH;

/** A command costs about as much as the frame of its answer that it brings, and a little more [frames]. */
const COMMAND_COST = 0.2;

/** The read that costs fewest frames of `informationLength` bytes (IFSD and the like) for each byte. */
export function readLengthFilling(informationLength: number): number {
  const most = Math.ceil((LONGEST_SHORT_READ + STATUS_WORD_LENGTH) / informationLength);
  const candidates = Array.from({ length: most }, (_, index) => {
    const frames = index + 1;
    const length = Math.max(1, Math.min(LONGEST_SHORT_READ, frames * informationLength - STATUS_WORD_LENGTH));
    return { length, cost: (frames + COMMAND_COST) / length };
  });
  return candidates.reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best)).length;
}

/** No read whose answer would not fit in `maximumLength` bytes at once. */
export function readLengthWithin(maximumLength: number, best: number): number {
  return Math.max(1, Math.min(best, maximumLength - STATUS_WORD_LENGTH));
}

/** A card at the end of a block protocol of ours over the air. */
export const isoDepCapacity: CommandCapacity = { carriesExtended: true, bestReadLength: RADIO_READ_LENGTH };
/** Whole APDUs in messages that cannot be chained; also what is promised before anything is known. */
export const shortCapacity: CommandCapacity = { carriesExtended: false, bestReadLength: RADIO_READ_LENGTH };
