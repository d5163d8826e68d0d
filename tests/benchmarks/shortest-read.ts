/**
 * The least that a complete read of the `standard` card can take: the shortest legal sequence of APDUs that brings all five files, the PIN
 * setting and both counts of tries, priced by the model of ccid.md §16. Written down by hand and computed on its own: it shares no code with
 * the host or with the link clock.
 */

/** Lengths of one command and of its answer, status word included [bytes]. */
interface Exchange {
  readonly what: string;
  readonly command: number;
  readonly answer: number;
}

/** File sizes of the card image [bytes]. */
const WEF02 = 1808;
const WEF03 = 445;
const EF_0002 = 119;
const EF_0003 = 336;
const EF_0004 = 568;

/** What one answer frame holds beside its status word: FSD 256 less PCB, CRC and SW. */
const IN_ONE_FRAME = 251;

function reads(what: string, length: number, le: number): Exchange[] {
  const command = le > 256 ? 7 : 5;
  return Array.from({ length: Math.ceil(length / le) }, (_, index) => ({ what, command, answer: Math.min(le, length - index * le) + 2 }));
}

/** No SELECT of an EF but of the key that VERIFY needs it for; no read past an end; a count before each VERIFY. */
export function shortestSequence(form: 'short' | 'extended'): readonly Exchange[] {
  const le = form === 'short' ? IN_ONE_FRAME : 65_536;
  return [
    { what: 'SELECT licence application', command: 21, answer: 2 },
    { what: 'READ WEF01', command: 5, answer: 5 },
    { what: 'tries of the licence PIN', command: 4, answer: 2 },
    { what: 'VERIFY licence PIN', command: 9, answer: 2 },
    ...reads('READ WEF02', WEF02, le),
    ...reads('READ WEF03', WEF03, le),
    { what: 'SELECT card-info application', command: 15, answer: 2 },
    { what: 'SELECT key of 照合番号B', command: 7, answer: 2 },
    { what: 'tries of 照合番号B', command: 4, answer: 2 },
    { what: 'VERIFY 照合番号B', command: 19, answer: 2 },
    ...reads('READ 0002', EF_0002, le),
    ...reads('READ 0003', EF_0003, le),
    ...reads('READ 0004', EF_0004, le),
  ];
}

/** [ms] */
const USB_ROUND_TRIP = 0.5;
const ETU_106 = 128 / 13_560;
const FRAME_DELAY = 2304 / 13_560;
const TR2 = 1792 / 13_560;
/** INF of one frame: FSC and FSD 256 less PCB and CRC [bytes]. */
const INF = 253;

/**
 * Over the air, type B. `blocks` = the host sends each block itself, so that each costs a USB round trip.
 *
 * @param speed - 1, 2, 4 or 8 times 106 kbit/s.
 * @returns [ms]
 */
export function airTime(sequence: readonly Exchange[], speed: number, who: 'reader' | 'blocks'): number {
  const etu = ETU_106 / speed;
  const frame = (inf: number): number => (12 + 10 * (1 + inf + 2) + 10) * etu;
  return sequence.reduce((sum, { command, answer }) => {
    const [commandFrames, answerFrames] = [Math.ceil(command / INF), Math.ceil(answer / INF)];
    const acknowledgements = commandFrames - 1 + (answerFrames - 1);
    const bytes = (command + answer) * 10 * etu;
    const frames = (commandFrames + answerFrames + acknowledgements) * frame(0);
    const exchanges = commandFrames + answerFrames - 1;
    const trips = who === 'reader' ? 1 : exchanges;
    return sum + trips * USB_ROUND_TRIP + exchanges * (FRAME_DELAY + TR2) + frames + bytes;
  }, 0);
}

/**
 * At the contacts, T=1: four bytes of frame around each block, 12 etu a byte, 22 etu of block guard time each way.
 *
 * @param msPerEtu - F/(D·f).
 * @returns [ms]
 */
export function contactTime(sequence: readonly Exchange[], msPerEtu: number, etuPerByte: number): number {
  return sequence.reduce((sum, { command, answer }) => sum + USB_ROUND_TRIP + ((command + 4 + answer + 4) * etuPerByte + 44) * msPerEtu, 0);
}
