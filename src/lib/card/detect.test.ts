import { describe, expect, it } from 'vitest';
import { unhex } from '#bytes';
import { detectApplications } from './detect.ts';
import { codeOf, scriptedCard, type Exchange } from './test/scripted-slot.ts';

const cardInfo = (statusWord: string): Exchange => ['00A4040C0A D3921000310001010408', statusWord];
const licence = (statusWord: string): Exchange => ['00A4040C10 A0000002310600000000000000000000', statusWord];
const personal: readonly Exchange[] = [cardInfo('9000'), ['00A4020C020015', '9000'], ['00200080', '63CA'], ['00A4020C020011', '9000'], ['00200080', '63C3']];
const readable = { state: 'readable', numberBTries: { outcome: 'tries', triesLeft: 10 }, pinTries: { outcome: 'tries', triesLeft: 3 } };

describe('detectApplications', () => {
  it.each<[string, readonly Exchange[], unknown]>([
    [
      'both, PIN set',
      [...personal, licence('9000'), ['00B09A0003', 'C101019000'], ['00200086', '63C9']],
      {
        licence: { state: 'pinNeeded', tries: { outcome: 'tries', triesLeft: 9 }, pinSetting: { pinIsSet: true, raw: unhex('C10101') } },
        personalDetails: readable,
      },
    ],
    [
      'both, no PIN',
      [...personal, licence('9000'), ['00B09A0003', 'C101009000']],
      { licence: { state: 'noPin', pinSetting: { pinIsSet: false, raw: unhex('C10100') } }, personalDetails: readable },
    ],
    [
      'blocked PIN',
      [...personal, licence('9000'), ['00B09A0003', 'C101019000'], ['00200086', '63C0']],
      { licence: { state: 'blocked', pinSetting: { pinIsSet: true, raw: unhex('C10101') } }, personalDetails: readable },
    ],
    ['no licence', [...personal, licence('6A82')], { licence: { state: 'absent' }, personalDetails: readable }],
    ['locked licence', [...personal, licence('6283')], { licence: { state: 'locked' }, personalDetails: readable }],
    ['licence alone', [cardInfo('6A82'), licence('6283')], { licence: { state: 'locked' }, personalDetails: { state: 'absent' } }],
    ['locked card-info with a licence', [cardInfo('6283'), licence('6283')], { licence: { state: 'locked' }, personalDetails: { state: 'absent' } }],
    [
      'a key of card-info that is missing',
      [cardInfo('9000'), ['00A4020C020015', '6A82'], ['00A4020C020011', '9000'], ['00200080', '6984'], licence('6A82')],
      {
        licence: { state: 'absent' },
        personalDetails: { state: 'readable', numberBTries: { outcome: 'unknown', statusWord: 0x6a82 }, pinTries: { outcome: 'blocked' } },
      },
    ],
  ])('%s', async (_name, exchanges, expected) => {
    const card = await scriptedCard(exchanges);
    expect(await detectApplications(card.connection)).toEqual({ outcome: 'myNumberCard', ...(expected as object) });
    card.assertFinished();
    expect(card.connection.figures.verifyCommands).toBe(0);
    expect(card.sent.length).toBeLessThanOrEqual(8);
  });

  it.each<[string, readonly Exchange[], unknown]>([
    [
      'a licence: card-info is not asked',
      [licence('9000'), ['00B09A0003', 'C101019000'], ['00200086', '63CA']],
      {
        licence: { state: 'pinNeeded', tries: { outcome: 'tries', triesLeft: 10 }, pinSetting: { pinIsSet: true, raw: unhex('C10101') } },
        personalDetails: { state: 'notAsked' },
      },
    ],
    ['a locked licence', [licence('6283')], { licence: { state: 'locked' }, personalDetails: { state: 'notAsked' } }],
    ['no licence', [licence('6A82'), ...personal], { licence: { state: 'absent' }, personalDetails: readable }],
  ])('licence first, %s', async (_name, exchanges, expected) => {
    const card = await scriptedCard(exchanges);
    expect(await detectApplications(card.connection, 'licenceFirst')).toEqual({ outcome: 'myNumberCard', ...(expected as object) });
    card.assertFinished();
  });

  it('licence first, neither: not a My Number card', async () => {
    const card = await scriptedCard([licence('6A82'), cardInfo('6A82')]);
    expect(await detectApplications(card.connection, 'licenceFirst')).toEqual({ outcome: 'notMyNumberCard' });
    card.assertFinished();
  });

  it('neither: not a My Number card', async () => {
    const card = await scriptedCard([cardInfo('6A82'), licence('6A82')]);
    expect(await detectApplications(card.connection)).toEqual({ outcome: 'notMyNumberCard' });
    card.assertFinished();
  });

  it.each<[string, readonly Exchange[], string]>([
    ['PIN setting of another form', [...personal, licence('9000'), ['00B09A0003', 'C101039000']], 'PIN_SETTING_UNKNOWN'],
    ['card-info locked, no licence', [cardInfo('6283'), licence('6A82')], 'APPLICATION_LOCKED'],
    ['a status word nobody expects', [cardInfo('6F00')], 'UNEXPECTED_STATUS'],
  ])('fault: %s', async (_name, exchanges, code) => {
    const card = await scriptedCard(exchanges);
    expect(await codeOf(detectApplications(card.connection))).toBe(code);
    card.assertFinished();
  });
});
