import type { LicenceClassName } from '#card';
import { describe, expect, it } from 'vitest';
import { reasonRules, worstFirst, reason } from './entitlement-reason.ts';
import { mayDrive, type DrivingQuestion } from './may-drive.ts';
import { car, carOf, codesOf, dateField, day, licenceOf, line, questionOf, type SampleLicence, without } from './test/question.ts';
import type { Vehicle } from './vehicle.ts';

const raw = new Uint8Array(0);
const manual = carOf({ transmission: 'manual' });
const short = (licence: SampleLicence, vehicle: Vehicle, changes: Partial<DrivingQuestion> = {}): string[] =>
  mayDrive(questionOf(licence, vehicle, changes)).reasons.map(({ code, severity }) => `${severity} ${code}`);
const fieldsOf = (licence: SampleLicence, vehicle: Vehicle): unknown =>
  mayDrive(questionOf(licence, vehicle)).reasons.flatMap((found) => (found.code === 'VEHICLE_INPUT_MISSING' ? found.facts.fields : []));

it('an ordinary car on an ordinary licence: OK without a word', () => {
  expect(mayDrive(questionOf({}, car))).toEqual({
    result: 'OK',
    reasons: [],
    actions: [],
    heldClasses: ['ordinary'],
    way: { licenceClass: 'ordinary', towing: undefined },
  });
});

/** source: product.md §10.1, §10.6 */
describe('the licence', () => {
  const expiry = (iso: string, changes: Partial<DrivingQuestion> = {}) => short({ changes: { expiry: dateField(iso) } }, car, changes);
  const days = { lastDay: day('2026-11-20'), deemedLastDay: day('2026-11-20') };

  it('in date, soon to expire, deemed, expired', () => {
    expect(expiry('2026-12-21')).toEqual([]);
    expect(expiry('2026-12-20')).toEqual(['notice EXPIRING_30D']);
    expect(expiry('2026-11-20')).toEqual(['notice EXPIRING_30D']);
    expect(expiry('2026-11-19')).toEqual(['NG EXPIRED']);
    expect(expiry('2025-12-28', { today: day('2026-01-05') })).toEqual(['REVIEW EXPIRY_DEEMED_WINDOW']);
    expect(expiry('2025-12-28', { today: day('2026-01-06') })).toEqual(['NG EXPIRED']);
  });

  it('carries the days', () => {
    const { reasons } = mayDrive(questionOf({ changes: { expiry: dateField('2026-11-20') } }, car));
    expect(reasons[0]).toEqual({ code: 'EXPIRING_30D', severity: 'notice', ruleId: 'EXP-2', law: '道路交通法92条の2', facts: { ...days, daysLeft: 0 } });
    const late = mayDrive(questionOf({ changes: { expiry: dateField('2026-11-20') } }, car, { today: day('2026-11-21') }));
    expect(late.reasons[0]?.facts).toEqual(days);
  });

  it.each<{ name: string; licence: SampleLicence; found: string[] }>([
    { name: 'history only', licence: { changes: { kind: 'historyOnly' } }, found: ['NG HISTORY_ONLY'] },
    { name: 'an empty record', licence: { changes: { kind: 'empty' } }, found: ['NG NO_RECORD'] },
    { name: 'an irregular flag', licence: { irregular: ['ordinary'] }, found: ['REVIEW DATA_UNREADABLE'] },
    { name: 'an irregular flag of a class not used', licence: { held: ['ordinary', 'large'], irregular: ['large'] }, found: ['REVIEW DATA_UNREADABLE'] },
    { name: 'an unreadable last day', licence: { changes: { expiry: { unreadable: true, raw } } }, found: ['REVIEW DATA_UNREADABLE'] },
    { name: 'no last day', licence: { changes: { expiry: { value: 'none', raw } } }, found: ['REVIEW DATA_UNREADABLE'] },
    { name: 'a layout that differs', licence: { changes: { deviations: ['UNKNOWN_TAG'] } }, found: ['REVIEW DATA_UNREADABLE'] },
    { name: 'no class at all', licence: { held: [] }, found: ['NG CLASS_INSUFFICIENT', 'REVIEW DATA_UNREADABLE'] },
  ])('$name: $found', ({ licence, found }) => {
    expect(short(licence, car)).toEqual(found);
  });

  it('says what could not be read', () => {
    const parts = (licence: SampleLicence) => mayDrive(questionOf(licence, car)).reasons.map(({ facts }) => ('parts' in facts ? facts.parts : []));
    expect(parts({ irregular: ['ordinary'] })).toEqual([['record']]);
    expect(parts({ changes: { expiry: { unreadable: true, raw } } })).toEqual([['expiry']]);
  });

  it.each([
    { licence: 'notRead', why: 'NOT_READ' },
    { licence: 'noApplication', why: 'NO_LICENCE_APPLICATION' },
  ] as const)('$licence: not checked, never refused', ({ licence, why }) => {
    const asked = mayDrive(questionOf({}, manual, { licence }));
    expect(asked).toMatchObject({ result: 'REVIEW', reasons: [{ code: 'LICENCE_NOT_CHECKED', facts: { why } }], heldClasses: [], way: undefined });
    const identityOnly = mayDrive({ ...questionOf({}, manual, { licence }), vehicle: undefined });
    expect(identityOnly).toMatchObject({ result: 'OK', reasons: [{ code: 'LICENCE_NOT_CHECKED', severity: 'notice', facts: { why } }] });
  });
});

describe('nothing to drive', () => {
  it('asks no driving question', () => {
    const licence = licenceOf({ conditions: ['未知'], changes: { expiry: dateField('2020-01-01') } });
    expect(mayDrive({ ...questionOf({}, car), licence, vehicle: undefined })).toMatchObject({ result: 'OK', reasons: [], heldClasses: ['ordinary'] });
  });

  it('still asks what policy asks of the person', () => {
    const policy = {
      needsName: true,
      minimumAge: { years: 18, whenBelow: 'NG' },
      minimumHeldYears: { years: 1, whenBelow: 'NG', whenNotProven: 'REVIEW' },
    } as const;
    const entitlement = mayDrive({ ...questionOf({}, car, { policy }), vehicle: undefined });
    expect(codesOf(entitlement)).toEqual(['NAME_NOT_READ', 'AGE_NOT_KNOWN']);
    expect(entitlement.result).toBe('REVIEW');
  });
});

describe('a clock that is not trusted', () => {
  const policy = { minimumAge: { years: 21, whenBelow: 'NG' }, minimumHeldYears: { years: 1, whenBelow: 'NG', whenNotProven: 'REVIEW' } } as const;
  const young = { birthDate: { date: day('2010-01-01'), raw } };

  it('leaves everything that hangs on the day to a person, and nothing else', () => {
    const licence: SampleLicence = { changes: { expiry: dateField('2020-01-01'), dates: { others: dateField('2026-11-01') } } };
    const all = ['EXPIRED', 'AGE_BELOW_POLICY', 'UNDER_1YEAR'];
    expect(short(licence, car, { policy, person: young })).toEqual(all.map((code) => `NG ${code}`));
    expect(short(licence, car, { policy, person: young, clockTrusted: false })).toEqual([...all, 'CLOCK_NOT_TRUSTED'].map((code) => `REVIEW ${code}`));
    expect(short({}, carOf({ seats: 30 }), { clockTrusted: false })).toEqual(['NG CLASS_INSUFFICIENT', 'REVIEW CLOCK_NOT_TRUSTED']);
    expect(short({}, car, { clockTrusted: false })).toEqual(['REVIEW CLOCK_NOT_TRUSTED']);
  });

  it('does not matter where no day is asked about', () => {
    const identityOnly = { ...questionOf({}, car, { clockTrusted: false }), vehicle: undefined };
    expect(codesOf(mayDrive(identityOnly))).toEqual([]);
    expect(codesOf(mayDrive({ ...identityOnly, policy, person: young }))).toEqual(['AGE_BELOW_POLICY', 'CLOCK_NOT_TRUSTED']);
  });
});

/** source: product.md §10.4 */
describe('AT limits', () => {
  const truck = (grossWeightKg: number, changes: Partial<Vehicle> = {}) => carOf({ grossWeightKg, transmission: 'manual', ...changes });
  const ordinaryText = '普通車はＡＴ車に限る';
  const bothText = '準中型車（５ｔ）と普通車はＡＴ車に限る';
  const hireText = '普通車の旅客車はＡＴ車に限る';

  it.each<{ name: string; held: LicenceClassName[]; text: string; vehicle: Vehicle; found: string[] }>([
    { name: 'automatic', held: ['ordinary'], text: ordinaryText, vehicle: car, found: [] },
    { name: 'manual', held: ['ordinary'], text: ordinaryText, vehicle: manual, found: ['NG AT_ONLY_MT_VEHICLE'] },
    { name: '普通 named, 準中型 driven', held: ['semiMedium'], text: ordinaryText, vehicle: truck(3_500), found: ['REVIEW CONDITION_UNKNOWN'] },
    { name: '5t named, 普通 driven', held: ['semiMedium'], text: bothText, vehicle: truck(3_499), found: ['NG AT_ONLY_MT_VEHICLE'] },
    { name: '5t named, 準中型 driven', held: ['semiMedium'], text: bothText, vehicle: truck(4_999), found: ['NG AT_ONLY_MT_VEHICLE'] },
    { name: '5t named, more driven', held: ['semiMedium'], text: bothText, vehicle: truck(5_000), found: ['REVIEW CONDITION_UNKNOWN'] },
    { name: '大型 not yet', held: ['large'], text: '大型車はＡＴ車に限る', vehicle: truck(12_000), found: ['REVIEW CONDITION_UNKNOWN'] },
    { name: '大型 not yet, and a small car', held: ['large'], text: '大型車はＡＴ車に限る', vehicle: car, found: ['REVIEW CONDITION_UNKNOWN'] },
    { name: '中型', held: ['medium'], text: '中型車はＡＴ車に限る', vehicle: truck(8_000), found: ['NG AT_ONLY_MT_VEHICLE'] },
    { name: '中型 named, less driven', held: ['medium'], text: '中型車はＡＴ車に限る', vehicle: truck(7_000), found: [] },
    { name: 'unknown wording', held: ['medium'], text: '中型はＡＴ限定', vehicle: car, found: ['REVIEW CONDITION_UNKNOWN'] },
    { name: 'for hire', held: ['ordinarySecond'], text: hireText, vehicle: truck(1_500, { isForHire: true }), found: ['NG AT_ONLY_MT_VEHICLE'] },
    { name: 'not for hire', held: ['ordinarySecond'], text: hireText, vehicle: manual, found: [] },
    { name: 'moped', held: ['ordinary'], text: ordinaryText, vehicle: { kind: 'moped', displacementCc: 49, transmission: 'manual' }, found: [] },
    {
      name: '小型二輪 AT',
      held: ['ordinaryMotorcycle'],
      text: '普通二輪は小型二輪のＡＴ車に限る',
      vehicle: { kind: 'motorcycle', displacementCc: 125, transmission: 'manual' },
      found: ['NG AT_ONLY_MT_VEHICLE'],
    },
    {
      name: '小型二輪 AT, automatic',
      held: ['ordinaryMotorcycle'],
      text: '普通二輪は小型二輪のＡＴ車に限る',
      vehicle: { kind: 'motorcycle', displacementCc: 125, transmission: 'automatic' },
      found: [],
    },
    {
      name: '小型二輪 AT, automatic, too large',
      held: ['ordinaryMotorcycle'],
      text: '普通二輪は小型二輪のＡＴ車に限る',
      vehicle: { kind: 'motorcycle', displacementCc: 126, transmission: 'automatic' },
      found: ['NG CLASS_INSUFFICIENT'],
    },
  ])('$name: $found', ({ held, text, vehicle, found }) => {
    expect(short({ held, conditions: [text] }, vehicle)).toEqual(found);
  });

  it.each([
    { text: '準中型車はＡＴ車に限る', from: '2026-04-01', before: '2026-03-31', vehicle: truck(4_000), held: 'semiMedium' },
    { text: '中型車はＡＴ車に限る', from: '2026-04-01', before: '2026-03-31', vehicle: truck(8_000), held: 'medium' },
    { text: '中型車の旅客車はＡＴ車に限る', from: '2026-04-01', before: '2026-03-31', vehicle: truck(8_000, { isForHire: true }), held: 'mediumSecond' },
    { text: '大型車はＡＴ車に限る', from: '2027-04-01', before: '2027-03-31', vehicle: truck(12_000), held: 'large' },
    { text: '大型車の旅客車はＡＴ車に限る', from: '2027-10-01', before: '2027-09-30', vehicle: truck(12_000, { isForHire: true }), held: 'largeSecond' },
  ] as const)('$text counts from $from on', ({ text, from, before, vehicle, held }) => {
    const on = (iso: string) => short({ held: [held], conditions: [text] }, vehicle, { today: day(iso) });
    expect(on(before)).toEqual(['REVIEW CONDITION_UNKNOWN']);
    expect(on(from)).toEqual(['NG AT_ONLY_MT_VEHICLE']);
  });

  it('shows the text', () => {
    const { reasons } = mayDrive(questionOf({ conditions: ['眼鏡等', ordinaryText] }, manual));
    expect(reasons[0]?.facts).toEqual({ source: { where: 'condition', number: 2, text: ordinaryText, isLegible: true } });
  });

  it('asks for the transmission only where a limit names the vehicle or a smaller one', () => {
    const unknown = without(car, 'transmission');
    expect(fieldsOf({}, unknown)).toEqual([]);
    expect(fieldsOf({ conditions: [ordinaryText] }, unknown)).toEqual(['transmission']);
    expect(fieldsOf({ held: ['ordinarySecond'], conditions: [hireText] }, unknown)).toEqual([]);
    expect(fieldsOf({ held: ['medium'], conditions: ['中型車はＡＴ車に限る'] }, unknown)).toEqual([]);
    expect(fieldsOf({ held: ['largeSecond'], conditions: [bothText] }, { kind: 'car', transmission: 'manual', trailer: 'none' })).toEqual([
      'grossWeightKg',
      'maxLoadKg',
      'seats',
    ]);
  });
});

/** source: product.md §10.4 */
describe('glasses', () => {
  const all = '眼鏡等';
  const notSmall = '眼鏡等（小特車及び原付車を除く）';
  const only = '眼鏡等（２種・大型・けん引車に限る）';
  const needed = ['REVIEW GLASSES_REQUIRED'];

  it.each<{ text: string; held: LicenceClassName[]; vehicle: Vehicle; found: string[] }>([
    { text: all, held: ['ordinary'], vehicle: car, found: needed },
    { text: all, held: ['ordinary'], vehicle: { kind: 'moped', displacementCc: 49 }, found: needed },
    { text: notSmall, held: ['ordinary'], vehicle: car, found: needed },
    { text: notSmall, held: ['ordinary'], vehicle: { kind: 'moped', displacementCc: 49 }, found: [] },
    { text: notSmall, held: ['ordinary'], vehicle: { kind: 'smallSpecial' }, found: [] },
    { text: only, held: ['large', 'ordinary', 'towing'], vehicle: car, found: [] },
    { text: only, held: ['large'], vehicle: car, found: needed }, // the class used is 大型
    { text: only, held: ['large', 'ordinary'], vehicle: carOf({ seats: 30 }), found: needed },
    { text: only, held: ['medium'], vehicle: carOf({ seats: 29 }), found: [] },
    { text: only, held: ['ordinarySecond', 'ordinary'], vehicle: car, found: [] },
    { text: only, held: ['ordinarySecond'], vehicle: car, found: needed }, // the class used is 二種
    { text: only, held: ['ordinarySecond', 'ordinary'], vehicle: carOf({ isForHire: true }), found: needed },
    { text: only, held: ['ordinary', 'towing'], vehicle: carOf({ trailer: { grossWeightKg: 751 } }), found: needed },
    { text: only, held: ['ordinary', 'towing'], vehicle: carOf({ trailer: { grossWeightKg: 750 } }), found: [] },
    { text: only, held: ['largeMotorcycle'], vehicle: { kind: 'motorcycle', displacementCc: 900 }, found: [] },
    { text: only, held: ['largeSpecial'], vehicle: { kind: 'largeSpecial', isForHire: false, trailer: 'none' }, found: [] },
  ])('$text, $held, $vehicle.kind: $found', ({ text, held, vehicle, found }) => {
    expect(short({ held, conditions: [text] }, vehicle)).toEqual(found);
  });

  it('is an action; confirmed, it is a notice and the answer may be OK', () => {
    const question = questionOf({ conditions: [all] }, car);
    const first = mayDrive(question);
    expect(first).toMatchObject({ result: 'REVIEW', actions: ['GLASSES_REQUIRED'] });
    const second = mayDrive({ ...question, confirmed: first.actions });
    expect(second).toMatchObject({ result: 'OK', actions: [], reasons: [{ code: 'GLASSES_REQUIRED', severity: 'notice', facts: { isConfirmed: true } }] });
  });

  it('confirmed glasses change nothing else', () => {
    expect(mayDrive(questionOf({ conditions: [all, '普通車はＡＴ車に限る'] }, manual, { confirmed: ['GLASSES_REQUIRED'] })).result).toBe('NG');
    expect(mayDrive(questionOf({ conditions: [all, '補聴器'] }, car, { confirmed: ['GLASSES_REQUIRED'] })).result).toBe('REVIEW');
  });

  it('asks for what the scope hangs on', () => {
    expect(fieldsOf({ held: ['ordinary', 'towing'], conditions: [only] }, without(car, 'trailer'))).toEqual(['trailer']);
    expect(fieldsOf({ held: ['ordinarySecond', 'ordinary'], conditions: [all] }, without(car, 'isForHire'))).toEqual([]);
  });
});

/** source: product.md §10.1 SUPPORTCAR_ONLY, §10.4 */
describe('サポートカー', () => {
  const text = '普通車はサポートカーに限る';
  const unmarked = without(car, 'isSupportCar');
  it.each<{ name: string; text: string; vehicle: Vehicle; found: string[] }>([
    { name: 'marked', text, vehicle: carOf({ isSupportCar: true }), found: [] },
    { name: 'marked as none', text, vehicle: carOf({ isSupportCar: false }), found: ['NG SUPPORTCAR_ONLY'] },
    { name: 'not marked', text, vehicle: unmarked, found: ['REVIEW SUPPORTCAR_ONLY'] },
    { name: 'another kind', text, vehicle: { kind: 'moped', displacementCc: 49 }, found: ['REVIEW SUPPORTCAR_ONLY'] },
    { name: 'unknown wording, marked', text: 'サポートカーのみ可', vehicle: carOf({ isSupportCar: true }), found: ['REVIEW CONDITION_UNKNOWN'] },
    {
      name: 'unknown wording',
      text: 'サポートカーのみ可',
      vehicle: carOf({ isSupportCar: false }),
      found: ['NG SUPPORTCAR_ONLY', 'REVIEW CONDITION_UNKNOWN'],
    },
  ])('$name: $found', ({ text: condition, vehicle, found }) => {
    expect(short({ conditions: [condition] }, vehicle)).toEqual(found);
  });
});

describe('texts nobody here knows', () => {
  it('each line once, verbatim, remarks and spare lines too', () => {
    const changes = { remarks: [line('免許の条件等の変更　無し')], spare: [line('予備', 3)] };
    const { reasons, result } = mayDrive(questionOf({ conditions: ['補聴器', '大特車はカタピラ車に限る'], changes }, car));
    expect(result).toBe('REVIEW');
    expect(reasons.map(({ code, facts }) => [code, 'source' in facts ? facts.source.text : '', 'why' in facts ? facts.why : ''])).toEqual([
      ['CONDITION_UNKNOWN', '補聴器', 'UNKNOWN'],
      ['CONDITION_UNKNOWN', '大特車はカタピラ車に限る', 'SPECIAL_EQUIPMENT'],
      ['REMARK_UNKNOWN', '免許の条件等の変更　無し', ''],
      ['REMARK_UNKNOWN', '予備', ''],
    ]);
  });
});

describe('vehicle data', () => {
  it('asks for everything a bare car lacks, once', () => {
    expect(fieldsOf({ conditions: ['普通車はＡＴ車に限る'] }, { kind: 'car' })).toEqual([
      'grossWeightKg',
      'maxLoadKg',
      'seats',
      'isForHire',
      'trailer',
      'transmission',
    ]);
  });

  it('asks for nothing that decides nothing', () => {
    expect(fieldsOf({ held: ['largeSecond', 'towingSecond'] }, { kind: 'car' })).toEqual([]);
    expect(fieldsOf({ held: ['large', 'towingSecond'] }, { kind: 'car', isForHire: false })).toEqual([]);
    expect(fieldsOf({ held: ['largeMotorcycle'] }, { kind: 'motorcycle' })).toEqual([]);
    expect(short({}, { kind: 'car', seats: 30 })).toEqual(['NG CLASS_INSUFFICIENT']);
    expect(short({ held: ['moped'] }, { kind: 'motorcycle' })).toEqual(['NG CLASS_INSUFFICIENT']);
  });

  it('asks for the displacement of two-wheelers where the class has a limit', () => {
    expect(fieldsOf({ held: ['ordinaryMotorcycle'] }, { kind: 'motorcycle' })).toEqual(['displacementCc']);
    expect(fieldsOf({ held: ['moped'] }, { kind: 'moped' })).toEqual(['displacementCc']);
  });

  it('a doubt is said with its text, and not asked for again', () => {
    const doubts = [{ field: 'grossWeightKg', text: '２０，０００（１８，０００）' }] as const;
    const { reasons, result } = mayDrive(questionOf({}, { ...without(car, 'grossWeightKg'), doubts }));
    expect(result).toBe('REVIEW');
    expect(reasons.map(({ code, facts }) => ({ code, facts }))).toEqual([{ code: 'VEHICLE_DATA_REVIEW', facts: doubts[0] }]);
  });

  it('a doubt is for a person even where no rule needs the value', () => {
    expect(short({ held: ['large'] }, carOf({ doubts: [{ field: 'seats', text: '5(2)' }] }))).toEqual(['REVIEW VEHICLE_DATA_REVIEW']);
    expect(short({}, carOf({ seats: 0.5 }))).toEqual(['REVIEW VEHICLE_DATA_REVIEW']);
    expect(short({}, carOf({ doubts: [{ field: 'kind', text: '？' }] }))).toEqual(['REVIEW VEHICLE_DATA_REVIEW']);
  });

  it('車検 past its last day is a notice', () => {
    expect(short({}, carOf({ inspectionExpiresOn: day('2026-11-20') }))).toEqual([]);
    expect(short({}, carOf({ inspectionExpiresOn: day('2026-11-19') }))).toEqual(['notice VEHICLE_INSPECTION_EXPIRED']);
  });
});

describe('reasons', () => {
  it('come worst first, and the worst is the result', () => {
    const licence: SampleLicence = { conditions: ['眼鏡等', '補聴器', '普通車はＡＴ車に限る'], changes: { expiry: dateField('2026-12-01') } };
    const entitlement = mayDrive(questionOf(licence, manual));
    expect(codesOf(entitlement)).toEqual(['AT_ONLY_MT_VEHICLE', 'CONDITION_UNKNOWN', 'GLASSES_REQUIRED', 'EXPIRING_30D']);
    expect(entitlement.result).toBe('NG');
  });

  it('keep the order of the card within a code', () => {
    const source = (number: number) => ({ source: { where: 'condition', number, text: '', isLegible: true }, why: 'UNKNOWN' }) as const;
    const sorted = worstFirst([reason('CONDITION_UNKNOWN', source(2)), reason('NO_RECORD', {}), reason('CONDITION_UNKNOWN', source(1))]);
    expect(sorted.map(({ facts }) => ('source' in facts ? facts.source.number : 0))).toEqual([0, 2, 1]);
  });

  it('have a rule number of their own', () => {
    const ids = Object.values(reasonRules).map(({ ruleId }) => ruleId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  /** source: product.md §10.1, both tables, as far as they are of this room */
  it.each([
    ['HISTORY_ONLY', 'NG', 'CLS-1'],
    ['CLASS_INSUFFICIENT', 'NG', 'CLS-2'],
    ['AT_ONLY_MT_VEHICLE', 'NG', 'CLS-3'],
    ['SUPPORTCAR_ONLY', 'NG', 'CLS-4'],
    ['CONDITION_UNKNOWN', 'REVIEW', 'CLS-5'],
    ['GLASSES_REQUIRED', 'REVIEW', 'CLS-6'],
    ['EXPIRED', 'NG', 'EXP-1'],
    ['EXPIRING_30D', 'notice', 'EXP-2'],
    ['UNDER_1YEAR', 'REVIEW', 'POL-1'],
    ['AGE_BELOW_POLICY', 'REVIEW', 'POL-2'],
    ['NAME_NOT_READ', 'REVIEW', 'AUTH-5'],
    ['EXPIRY_DEEMED_WINDOW', 'REVIEW', 'EXP-3'],
    ['LICENCE_NOT_CHECKED', 'REVIEW', 'CLS-7'],
    ['VEHICLE_DATA_REVIEW', 'REVIEW', 'VEH-1'],
    ['VEHICLE_INPUT_MISSING', 'REVIEW', 'VEH-2'],
    ['DATA_UNREADABLE', 'REVIEW', 'DAT-1'],
  ] as const)('%s: %s, %s', (code, severity, ruleId) => {
    expect(reasonRules[code]).toMatchObject({ severity, ruleId });
  });
});
