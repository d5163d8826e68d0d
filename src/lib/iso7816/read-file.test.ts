/** Where a file ends and how it is cut: licence-applet.md §4, open-points.md rows 21 and 22. */
import { describe, expect, it } from 'vitest';
import { hex } from '#bytes';
import type { ReadOptions } from './index.ts';
import { readingLicence, willing, type CardDouble } from './test/card-double.ts';

const FILE_LENGTH = 450;
const file = Array.from({ length: FILE_LENGTH }, (_, index) => (index % 251).toString(16).padStart(2, '0').toUpperCase());
const part = (offset: number, length: number): string => file.slice(offset, offset + length).join('');
const whole = part(0, FILE_LENGTH);
const options: ReadOptions = { chunkLength: 0xc8, maximumLength: 8192 };

interface Request {
  readonly offset: number;
  readonly le: number;
}

/** A card that reads the offset and Le out of the command, independently of our codec. */
function fileCard(answer: (request: Request, index: number) => string): CardDouble {
  return willing((command, index) => {
    const match = /^00B0([0-7][0-9A-F]{3})([0-9A-F]{2})$/u.exec(command);
    if (!match) throw new Error(`not a READ BINARY: ${command}`);
    return answer({ offset: Number.parseInt(match[1] ?? '', 16), le: Number.parseInt(match[2] ?? '', 16) || 256 }, index);
  });
}

const ending =
  (crossing: string, past: string) =>
  ({ offset, le }: Request): string => {
    if (offset >= FILE_LENGTH) return past;
    return part(offset, le) + (offset + le > FILE_LENGTH ? crossing : '9000');
  };

describe('the end of a file', () => {
  it.each([
    ['9000 short, then 9000 without data', '9000', '9000', ['00B00000C8', '00B000C8C8', '00B00190C8', '00B001C2C8']],
    ['9000 short, then 6B00', '9000', '6B00', ['00B00000C8', '00B000C8C8', '00B00190C8', '00B001C2C8']],
    ['9000 short, then 6282 without data', '9000', '6282', ['00B00000C8', '00B000C8C8', '00B00190C8', '00B001C2C8']],
    ['6282 with the last data', '6282', '6B00', ['00B00000C8', '00B000C8C8', '00B00190C8']],
  ])('%s', async (_, crossing, past, commands) => {
    const double = fileCard(ending(crossing, past));
    const card = await readingLicence(double);
    const outcome = await card.readSelectedFile(options);
    expect(outcome.outcome).toBe('read');
    expect(hex(outcome.bytes)).toBe(whole);
    expect(double.log()).toEqual(commands);
  });

  it.each(['9000', '6B00', '6282'])('an empty file, %s', async (word) => {
    const card = await readingLicence(fileCard(() => word));
    expect(await card.readSelectedFile(options)).toEqual({ outcome: 'read', bytes: new Uint8Array(0) });
  });

  it('told by its header, is not read past', async () => {
    const double = fileCard(ending('9000', '6F00'));
    const card = await readingLicence(double);
    const outcome = await card.readSelectedFile({ ...options, totalLength: (received) => (received.length >= 2 ? FILE_LENGTH : undefined) });
    expect(hex(outcome.bytes)).toBe(whole);
    expect(double.log()).toEqual(['00B00000C8', '00B000C8C8', '00B0019032']);
  });

  it('before what the header says, is the end all the same: the parser will tell', async () => {
    const card = await readingLicence(fileCard(ending('9000', '6B00')));
    const outcome = await card.readSelectedFile({ ...options, totalLength: () => FILE_LENGTH + 10 });
    expect(hex(outcome.bytes)).toBe(whole);
  });
});

describe('the size of a chunk', () => {
  it('is lowered by 6Cxx and stays so', async () => {
    const double = fileCard((request) => (request.le > 0x80 ? '6C80' : ending('9000', '6B00')(request)));
    const card = await readingLicence(double);
    expect(hex((await card.readSelectedFile(options)).bytes)).toBe(whole);
    expect(double.log()).toEqual(['00B00000C8', '00B0000080', '00B0008080', '00B0010080', '00B0018080', '00B001C280']);
  });

  it('6Cxx names the bytes left at the end', async () => {
    const left = ({ offset, le }: Request): string => {
      if (offset >= FILE_LENGTH) return '6B00';
      return offset + le > FILE_LENGTH ? `6C${(FILE_LENGTH - offset).toString(16)}` : `${part(offset, le)}9000`;
    };
    const double = fileCard(left);
    const card = await readingLicence(double);
    expect(hex((await card.readSelectedFile(options)).bytes)).toBe(whole);
    expect(double.log().slice(2)).toEqual(['00B00190C8', '00B0019032', '00B001C232']);
  });

  it('falls back to 84 after 6700, once, at the same offset', async () => {
    const double = fileCard((request) => (request.le > 0x54 ? '6700' : ending('9000', '6B00')(request)));
    const card = await readingLicence(double);
    expect(hex((await card.readSelectedFile(options)).bytes)).toBe(whole);
    expect(double.log().slice(0, 3)).toEqual(['00B00000C8', '00B0000054', '00B0005454']);
  });

  it('61xx: the rest is fetched by GET RESPONSE', async () => {
    const double = willing((command) => (command.startsWith('00B0') ? `${part(0, 100)}6164` : `${part(100, 100)}9000`));
    const card = await readingLicence(double);
    expect(hex((await card.readSelectedFile({ ...options, totalLength: () => 200 })).bytes)).toBe(part(0, 200));
    expect(double.log()).toEqual(['00B00000C8', '00C0000064']);
  });

  it('61xx without data at first, 00 for 256, and never more than Le', async () => {
    const double = willing((command) => (command.startsWith('00B0') ? '6100' : `${part(0, 200)}6108`));
    const card = await readingLicence(double);
    expect(hex((await card.readSelectedFile({ ...options, totalLength: () => 200 })).bytes)).toBe(part(0, 200));
    expect(double.log()).toEqual(['00B00000C8', '00C00000C8']);
  });

  it.each([{ chunkLength: 0 }, { chunkLength: 257 }, { chunkLength: 1.5 }, { maximumLength: -1 }, { maximumLength: 0x8001 }, { maximumLength: Number.NaN }])(
    'is refused out of range: %o',
    async (changes) => {
      const double = willing();
      const card = await readingLicence(double);
      await expect(card.readSelectedFile({ ...options, ...changes })).rejects.toMatchObject({ code: 'APDU_INVALID' });
      expect(double.log()).toEqual([]);
    },
  );

  it('256 is Le 00', async () => {
    const double = willing(() => '6B00');
    const card = await readingLicence(double);
    await card.readSelectedFile({ ...options, chunkLength: 256 });
    expect(double.log()).toEqual(['00B0000000']);
  });
});

describe('what was read before', () => {
  it('is kept when the card no longer allows', async () => {
    const card = await readingLicence(fileCard(({ offset, le }) => (offset === 0 ? `${part(0, le)}9000` : '6982')));
    const outcome = await card.readSelectedFile(options);
    expect(outcome.outcome).toBe('notAllowed');
    expect(hex(outcome.bytes)).toBe(part(0, 200));
  });

  it('is gone on from, and not changed', async () => {
    const double = fileCard(ending('9000', '6B00'));
    const card = await readingLicence(double);
    const before = Uint8Array.from(file.slice(0, 123), (digits) => Number.parseInt(digits, 16));
    const progress: number[] = [];
    const outcome = await card.readSelectedFile({ ...options, resumeAfter: before, onProgress: (length) => progress.push(length) });
    expect(hex(outcome.bytes)).toBe(whole);
    expect(double.log()[0]).toBe('00B0007BC8');
    expect(progress).toEqual([323, 450]);
    expect(before.length).toBe(123);
  });

  it('longer than the limit is refused before anything is sent', async () => {
    const double = willing();
    const card = await readingLicence(double);
    await expect(card.readSelectedFile({ ...options, maximumLength: 10, resumeAfter: new Uint8Array(11) })).rejects.toMatchObject({
      code: 'CARD_FILE_TOO_LONG',
    });
    expect(double.log()).toEqual([]);
  });

  it('the offset ends at 7FFF', async () => {
    const double = willing(() => '009000');
    const card = await readingLicence(double);
    const read = card.readSelectedFile({ chunkLength: 1, maximumLength: 0x8000, resumeAfter: new Uint8Array(0x7fff) });
    await expect(read).rejects.toMatchObject({ code: 'CARD_FILE_TOO_LONG' });
    expect(double.log()).toEqual(['00B07FFF01']);
  });
});
