/** Every transcript is well formed, hides what must be hidden, and holds invented or published people only. */
import { describe, expect, it } from 'vitest';
import { unhex } from '#bytes';
import { parseTranscript, replaySlot, transcript, transcriptNames } from '#replay';

/** Runs of twelve digits and more that may stand in a transcript, and whose they are. */
const invented = new Set([
  '123456789018', // test number of the individual number scheme, card-info-applet.md §9.2
  '537686677188', // public JPKI test card, card-info-applet.md §9.1
  '309012345620', // published sample licence number, licence-applet.md §5.8
]);

function longDigitRuns(text: string): readonly string[] {
  return text.match(/[0-9]{12,}/gu) ?? [];
}

/** What the bytes say as ASCII; dots stand for themselves. */
function asText(hexadecimal: string): string {
  return hexadecimal.replaceAll(/[0-9A-F]{2}/gu, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

function unmaskedVerify(command: string): boolean {
  return /^[0-9A-F]{2}20[0-9A-F]{6}/u.test(command) && /[0-9A-F]$/u.test(command);
}

function privacyFaults(text: string): readonly string[] {
  return parseTranscript(text).flatMap(({ command, response, source }, index) => [
    ...(unmaskedVerify(command) ? [`line ${String(index + 1)}: unmasked VERIFY`] : []),
    ...[source, asText(command), asText(response)]
      .flatMap(longDigitRuns)
      .filter((run) => !invented.has(run))
      .map(() => `line ${String(index + 1)}: a number of twelve digits or more`),
  ]);
}

const line = (command: string, response = '9000'): string => JSON.stringify({ command, response, source: 'this test' });

describe('transcripts', () => {
  it('are there', () => {
    expect(transcriptNames.length).toBeGreaterThan(20);
  });

  it.each(transcriptNames)('%s keeps secrets and people out', (name) => {
    expect(privacyFaults(transcript(name))).toEqual([]);
  });

  it.each([
    ['an unmasked VERIFY', line('002000860431323334')],
    ['an unmasked VERIFY in another class', line('102000860431323334')],
    ['a licence number nobody published', line('00B0000000', '3132333435363738393031329000')],
    ['fourteen digits', line('00B0000000', '31323334353637383930313233349000')],
  ])('would be caught: %s', (_, text) => {
    expect(privacyFaults(text)).toHaveLength(1);
  });

  it.each([
    ['empty', ''],
    ['not JSON', 'command'],
    ['a field too many', '{"command":"00200086","response":"9000","source":"x","pin":"1234"}'],
    ['no source', '{"command":"00200086","response":"9000","source":""}'],
    ['half a byte', line('0020008')],
    ['a mask shorter than Lc', line('0020008604......')],
    ['a mask over the header', line('........86')],
    ['digits behind the mask', line('0020008604......34')],
    ['a response of one byte', line('00200086', '90')],
  ])('is refused: %s', (_, text) => {
    expect(() => parseTranscript(text)).toThrow();
  });
});

describe('replaySlot', () => {
  const plain = { bytes: unhex('00200086'), secret: false };
  const pin = { bytes: unhex('002000860431323334'), secret: true };

  it('plays in order and ends clean', async () => {
    const slot = replaySlot([line('00200086', '63CA'), line('0020008604........')].join('\n'));
    await slot.connect();
    expect(await slot.transmit(plain)).toEqual(unhex('63CA'));
    expect(await slot.transmit(pin)).toEqual(unhex('9000'));
    expect(() => {
      slot.assertFinished();
    }).not.toThrow();
  });

  it.each([
    ['another command', [line('00200082')], plain],
    ['a secret where none is expected', [line('002000860431323334')], pin],
    ['a plain command where a secret is expected', [line('0020008604........')], { ...pin, secret: false }],
    ['a secret for another key', [line('0020008504........')], pin],
    ['a secret of another length', [line('0020008603......')], pin],
  ])('refuses %s, and remembers', async (_, lines, command) => {
    const slot = replaySlot(lines.join('\n'));
    await slot.connect();
    await expect(slot.transmit(command)).rejects.toThrow('Replay');
    expect(() => {
      slot.assertFinished();
    }).toThrow('Replay');
  });

  it('refuses one command too many, a leftover, and transmit before connect', async () => {
    const slot = replaySlot(line('00200086', '63CA'));
    await expect(slot.transmit(plain)).rejects.toThrow('before connect');
    const second = replaySlot(line('00200086', '63CA'));
    expect(() => {
      second.assertFinished();
    }).toThrow('left over');
    await second.connect();
    await second.transmit(plain);
    await expect(second.transmit(plain)).rejects.toThrow('after the last line');
  });

  it('never names the bytes of a secret', async () => {
    const slot = replaySlot(line('0020008504........'));
    await slot.connect();
    const message = await slot.transmit(pin).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(message).toContain('4 secret bytes');
    expect(message).not.toContain('31323334');
  });
});
