/** Rules that must hold for every licence and vehicle. Order: OK above REVIEW above NG. */
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { licenceClassNames, type LicenceClassName } from '#card';
import { reasonRules } from './entitlement-reason.ts';
import { mayDrive, type Entitlement } from './may-drive.ts';
import { line, questionOf, type SampleLicence } from './test/question.ts';
import type { Vehicle } from './vehicle.ts';

const rank = { OK: 2, REVIEW: 1, NG: 0 } as const;
const raw = new Uint8Array(0);
const ask = (licence: SampleLicence, vehicle: Vehicle): Entitlement => mayDrive(questionOf(licence, vehicle));

/** Around every limit of every table. */
const weight = fc.oneof(fc.constantFrom(1, 3_499, 3_500, 4_999, 5_000, 7_499, 7_500, 7_999, 8_000, 10_999, 11_000), fc.integer({ min: 1, max: 20_000 }));
const load = fc.oneof(fc.constantFrom(0, 1_999, 2_000, 2_999, 3_000, 4_499, 4_500, 4_999, 5_000, 6_499, 6_500), fc.integer({ min: 0, max: 12_000 }));
const seats = fc.oneof(fc.constantFrom(2, 10, 11, 29, 30), fc.integer({ min: 1, max: 60 }));
const trailer = fc.oneof(fc.constant('none' as const), fc.record({ grossWeightKg: fc.constantFrom(1, 749, 750, 751, 9_000) }));
const fields = {
  grossWeightKg: weight,
  maxLoadKg: load,
  seats,
  trailer,
  transmission: fc.constantFrom('automatic' as const, 'manual' as const),
  isForHire: fc.boolean(),
  isSupportCar: fc.boolean(),
  displacementCc: fc.oneof(fc.constantFrom(50, 51, 125, 126, 400, 401), fc.integer({ min: 1, max: 2_000 })),
};
const kind = fc.constantFrom('car', 'car', 'car', 'motorcycle', 'moped', 'largeSpecial', 'smallSpecial', 'other');
const complete: fc.Arbitrary<Vehicle> = fc.record({ kind, ...fields });
const partial: fc.Arbitrary<Vehicle> = fc.record({ kind, ...fields }, { requiredKeys: ['kind'] });

const held = fc.uniqueArray(fc.constantFrom(...licenceClassNames), { minLength: 1 });
const conditions = fc.uniqueArray(
  fc.constantFrom(
    '眼鏡等',
    '眼鏡等（小特車及び原付車を除く）',
    '眼鏡等（２種・大型・けん引車に限る）',
    '中型車は中型車（８ｔ）に限る',
    '準中型で運転できる準中型車は準中型車（５ｔ）に限る',
    '中二で運転できる中型車はなく準中型車の旅客車は準中型車（５ｔ）に限る',
    '大型車は自衛隊車両に限る',
    '普通二輪は小型二輪に限る',
    '普通二輪は小型二輪のＡＴ車に限る',
    '普通車はＡＴ車に限る',
    '準中型車（５ｔ）と普通車はＡＴ車に限る',
    '普通車の旅客車はＡＴ車に限る',
    '普通車はサポートカーに限る',
    '補聴器',
  ),
  { maxLength: 3 },
);

describe('another class', () => {
  property.prop([held, fc.constantFrom(...licenceClassNames), conditions, partial])('never makes the answer worse', (some, added, texts, vehicle) => {
    const before = ask({ held: some, conditions: texts }, vehicle);
    const after = ask({ held: [...new Set<LicenceClassName>([...some, added])], conditions: texts }, vehicle);
    expect(rank[after.result]).toBeGreaterThanOrEqual(rank[before.result]);
  });
});

describe('more of a car', () => {
  const grown = fc.record({ grossWeightKg: fc.nat(9_000), maxLoadKg: fc.nat(6_000), seats: fc.nat(40), trailer: fc.nat(2_000) });
  const car = fc.record({ kind: fc.constant('car' as const), ...fields });

  function heavier(vehicle: Vehicle, by: { grossWeightKg: number; maxLoadKg: number; seats: number; trailer: number }): Vehicle {
    const towed = vehicle.trailer === 'none' || vehicle.trailer === undefined ? 0 : vehicle.trailer.grossWeightKg;
    return {
      ...vehicle,
      grossWeightKg: vehicle.grossWeightKg! + by.grossWeightKg,
      maxLoadKg: vehicle.maxLoadKg! + by.maxLoadKg,
      seats: vehicle.seats! + by.seats,
      ...(towed + by.trailer > 0 ? { trailer: { grossWeightKg: towed + by.trailer } } : {}),
    };
  }

  property.prop([held, car, grown])('never allows more', (classes, vehicle, by) => {
    expect(rank[ask({ held: classes }, heavier(vehicle, by)).result]).toBeLessThanOrEqual(rank[ask({ held: classes }, vehicle).result]);
  });

  property.prop([held, conditions, car, grown])('is never OK where less is not, whatever the conditions', (classes, texts, vehicle, by) => {
    const more = mayDrive(questionOf({ held: classes, conditions: texts }, heavier(vehicle, by), { confirmed: ['GLASSES_REQUIRED'] }));
    const less = mayDrive(questionOf({ held: classes, conditions: texts }, vehicle, { confirmed: ['GLASSES_REQUIRED'] }));
    if (less.result !== 'OK') expect(more.result).not.toBe('OK');
  });
});

describe('a doubt', () => {
  const wild = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '');
  const nearly = fc
    .tuple(
      fc.constantFrom('眼鏡等', '中型車は中型車（８ｔ）に限る', '普通車はＡＴ車に限る', '普通車はサポートカーに限る'),
      fc.constantFrom('他', '。', '※', '又は', '【※1】'),
    )
    .chain(([text, mark]) => fc.nat(text.length).map((at) => text.slice(0, at) + mark + text.slice(at)));

  property.prop([held, fc.oneof(wild, nearly), complete])('an unknown text is never OK and stands there verbatim', (classes, text, vehicle) => {
    const { result, reasons } = mayDrive(questionOf({ held: classes, conditions: [text] }, vehicle, { confirmed: ['GLASSES_REQUIRED'] }));
    expect(result).not.toBe('OK');
    expect(reasons.flatMap((found) => (found.code === 'CONDITION_UNKNOWN' ? [found.facts.source.text] : []))).toEqual([text]);
  });

  property.prop([held, wild, complete])('neither is a remark', (classes, text, vehicle) => {
    expect(ask({ held: classes, changes: { remarks: [line(text)] } }, vehicle).result).not.toBe('OK');
  });

  property.prop([held, fc.uint8Array({ minLength: 1, maxLength: 80 }), complete])('neither are bytes that are no text', (classes, bytes, vehicle) => {
    const { result, reasons } = ask({ held: classes, changes: { conditions: [{ unreadable: true, raw: new Uint8Array(bytes) }] } }, vehicle);
    expect(result).not.toBe('OK');
    expect(reasons.map((found) => (found.code === 'CONDITION_UNKNOWN' ? found.facts.why : ''))).toContain('ILLEGIBLE');
  });

  property.prop([held, fc.constantFrom(...licenceClassNames), complete])('neither is a licence with an irregular flag', (classes, irregular, vehicle) => {
    const { result, reasons } = ask({ held: classes, irregular: [irregular] }, vehicle);
    expect(result).not.toBe('OK');
    expect(reasons.map(({ code }) => code)).toContain('DATA_UNREADABLE');
  });

  property.prop([held, conditions, complete, fc.constantFrom('grossWeightKg', 'maxLoadKg', 'seats', 'displacementCc', 'kind')])(
    'neither is a vehicle with a doubted value',
    (classes, texts, vehicle, field) => {
      expect(ask({ held: classes, conditions: texts }, { ...vehicle, doubts: [{ field, text: '？' }] }).result).not.toBe('OK');
    },
  );
});

describe('what is not known of a vehicle', () => {
  property.prop([held, conditions, complete, fc.subarray(Object.keys(fields))])(
    'is never taken for good: OK without it is OK with it',
    (classes, texts, vehicle, kept) => {
      const some = Object.fromEntries(Object.entries(vehicle).filter(([field]) => field === 'kind' || kept.includes(field)));
      const without = mayDrive(questionOf({ held: classes, conditions: texts }, { ...some, kind: vehicle.kind }, { confirmed: ['GLASSES_REQUIRED'] }));
      const withAll = mayDrive(questionOf({ held: classes, conditions: texts }, vehicle, { confirmed: ['GLASSES_REQUIRED'] }));
      const covered = withAll.reasons.every(({ code }) => code !== 'VEHICLE_NOT_COVERED');
      if (without.result === 'OK' && covered) expect(withAll.result).toBe('OK');
      // A figure that contradicts the kind (a motorcycle of 50 cc) takes the vehicle out of the rules: then a person decides, never OK.
      if (without.reasons.some(({ code }) => code === 'CLASS_INSUFFICIENT')) expect(covered ? ['NG'] : ['NG', 'REVIEW']).toContain(withAll.result);
    },
  );

  property.prop([held, conditions, partial])('is asked for only if the answer is open', (classes, texts, vehicle) => {
    const { reasons } = ask({ held: classes, conditions: texts }, vehicle);
    const missing = reasons.flatMap((found) => (found.code === 'VEHICLE_INPUT_MISSING' ? found.facts.fields : []));
    for (const field of missing) expect(vehicle[field]).toBeUndefined();
  });
});

describe('every answer', () => {
  property.prop([held, conditions, partial])('gives a result that its reasons explain', (classes, texts, vehicle) => {
    const { result, reasons, actions, way } = ask({ held: classes, conditions: texts }, vehicle);
    const severities = reasons.map(({ severity }) => severity);
    expect(result).toBe(severities.includes('NG') ? 'NG' : severities.includes('REVIEW') ? 'REVIEW' : 'OK');
    expect(actions.every((action) => reasons.some(({ code }) => code === action))).toBe(true);
    expect(new Set(reasons.map((found) => JSON.stringify(found))).size).toBe(reasons.length);
    if (result === 'OK') expect(way).toBeDefined();
    for (const { code, ruleId, law } of reasons) expect({ ruleId, law }).toEqual({ ruleId: reasonRules[code].ruleId, law: reasonRules[code].law });
  });

  it('answers an unreadable condition beside a readable one', () => {
    const { reasons } = ask({ changes: { conditions: [line('眼鏡等'), { unreadable: true, raw }] } }, { kind: 'smallSpecial' });
    expect(reasons.map(({ code }) => code)).toEqual(['CONDITION_UNKNOWN', 'GLASSES_REQUIRED']);
  });
});
