import type { LicenceClassName } from '#card';
import { describe, expect, it } from 'vitest';
import { mayDrive } from './may-drive.ts';
import { car, carOf, codesOf, questionOf, type SampleLicence } from './test/question.ts';
import type { Vehicle } from './vehicle.ts';

/** A vehicle on each side of each limit. */
const vehicles: Readonly<Record<string, Vehicle>> = {
  moped: { kind: 'moped', displacementCc: 50 },
  small: { kind: 'smallSpecial' },
  'mc 125': { kind: 'motorcycle', displacementCc: 125 },
  'mc 126': { kind: 'motorcycle', displacementCc: 126 },
  'mc 400': { kind: 'motorcycle', displacementCc: 400 },
  'mc 401': { kind: 'motorcycle', displacementCc: 401 },
  special: { kind: 'largeSpecial', isForHire: false, trailer: 'none' },
  '3499': carOf({ grossWeightKg: 3_499, maxLoadKg: 1_999, seats: 10 }),
  '3500': carOf({ grossWeightKg: 3_500 }),
  'load 2000': carOf({ maxLoadKg: 2_000 }),
  '11 seats': carOf({ seats: 11 }),
  '4999': carOf({ grossWeightKg: 4_999, maxLoadKg: 2_999, seats: 10 }),
  '5000': carOf({ grossWeightKg: 5_000 }),
  'load 3000': carOf({ maxLoadKg: 3_000 }),
  '7499': carOf({ grossWeightKg: 7_499, maxLoadKg: 4_499, seats: 10 }),
  '7500': carOf({ grossWeightKg: 7_500 }),
  'load 4500': carOf({ maxLoadKg: 4_500 }),
  '7999': carOf({ grossWeightKg: 7_999, maxLoadKg: 4_999, seats: 10 }),
  '8000': carOf({ grossWeightKg: 8_000 }),
  'load 5000': carOf({ maxLoadKg: 5_000 }),
  '10999': carOf({ grossWeightKg: 10_999, maxLoadKg: 6_499, seats: 29 }),
  '11000': carOf({ grossWeightKg: 11_000 }),
  'load 6500': carOf({ maxLoadKg: 6_500 }),
  '30 seats': carOf({ seats: 30 }),
  'hire special': { kind: 'largeSpecial', isForHire: true, trailer: 'none' },
  'hire 3499': carOf({ grossWeightKg: 3_499, isForHire: true }),
  'hire 3500': carOf({ grossWeightKg: 3_500, isForHire: true }),
  'hire 4999': carOf({ grossWeightKg: 4_999, isForHire: true }),
  'hire 5000': carOf({ grossWeightKg: 5_000, isForHire: true }),
  'hire 7999': carOf({ grossWeightKg: 7_999, isForHire: true }),
  'hire 8000': carOf({ grossWeightKg: 8_000, isForHire: true }),
  'hire 10999': carOf({ grossWeightKg: 10_999, seats: 29, isForHire: true }),
  'hire 11000': carOf({ grossWeightKg: 11_000, seats: 60, isForHire: true }),
};

const ordinary = ['3499'];
const semiMedium5t = [...ordinary, '3500', 'load 2000', '4999'];
const semiMedium = [...semiMedium5t, '5000', 'load 3000', '7499'];
const medium8t = [...semiMedium, '7500', 'load 4500', '7999'];
const medium = [...medium8t, '11 seats', '8000', 'load 5000', '10999'];
const large = [...medium, '11000', 'load 6500', '30 seats'];
const small = ['moped', 'small'];

/** source: product.md §10.3 row by row; what is not listed is NG */
const rows: readonly (SampleLicence & { reach: readonly string[] })[] = [
  { held: ['moped'], reach: ['moped'] },
  { held: ['smallSpecial'], reach: ['small'] },
  { held: ['largeSpecial'], reach: [...small, 'special'] },
  { held: ['ordinaryMotorcycle'], reach: [...small, 'mc 125', 'mc 126', 'mc 400'] },
  { held: ['ordinaryMotorcycle'], conditions: ['普通二輪は小型二輪に限る'], reach: [...small, 'mc 125'] },
  { held: ['largeMotorcycle'], reach: [...small, 'mc 125', 'mc 126', 'mc 400', 'mc 401'] },
  { held: ['ordinary'], reach: [...small, ...ordinary] },
  { held: ['semiMedium'], reach: [...small, ...semiMedium] },
  { held: ['semiMedium'], conditions: ['準中型で運転できる準中型車は準中型車（５ｔ）に限る'], reach: [...small, ...semiMedium5t] },
  { held: ['medium'], reach: [...small, ...medium] },
  { held: ['medium'], conditions: ['中型車は中型車（８ｔ）に限る'], reach: [...small, ...medium8t] },
  { held: ['large'], reach: [...small, ...large] },
  { held: ['ordinarySecond'], reach: [...small, ...ordinary, 'hire 3499'] },
  {
    held: ['mediumSecond'],
    reach: [...small, ...medium, 'hire 3499', 'hire 3500', 'hire 4999', 'hire 5000', 'hire 7999', 'hire 8000', 'hire 10999'],
  },
  {
    held: ['mediumSecond'],
    conditions: ['中型車は中型車（８ｔ）に限る'],
    reach: [...small, ...medium8t, 'hire 3499', 'hire 3500', 'hire 4999', 'hire 5000', 'hire 7999'],
  },
  {
    held: ['mediumSecond'],
    conditions: ['中二で運転できる中型車はなく準中型車の旅客車は準中型車（５ｔ）に限る'],
    reach: [...small, ...semiMedium5t, 'hire 3499', 'hire 3500', 'hire 4999'],
  },
  {
    held: ['largeSecond'],
    reach: [...[...small, ...large, 'hire 3499', 'hire 3500', 'hire 4999', 'hire 5000', 'hire 7999', 'hire 8000', 'hire 10999', 'hire 11000']],
  },
  { held: ['largeSpecialSecond'], reach: [...small, 'special', 'hire special'] },
  { held: ['towing'], reach: [] },
  { held: ['towingSecond'], reach: [] },
  // unions
  { held: ['large', 'ordinarySecond'], reach: [...small, ...large, 'hire 3499'] },
  { held: ['medium', 'largeSpecial'], conditions: ['中型車は中型車（８ｔ）に限る'], reach: [...small, ...medium8t, 'special'] },
  { held: ['ordinaryMotorcycle', 'ordinary'], conditions: ['普通二輪は小型二輪に限る'], reach: [...small, 'mc 125', ...ordinary] },
  // a limit of one class leaves another alone
  { held: ['large', 'medium'], conditions: ['中型車は中型車（８ｔ）に限る'], reach: [...small, ...large] },
  {
    held: ['semiMedium', 'mediumSecond'],
    conditions: ['準中型で運転できる準中型車は準中型車（５ｔ）に限る'],
    reach: [...small, ...medium, 'hire 3499', 'hire 3500', 'hire 4999', 'hire 5000', 'hire 7999', 'hire 8000', 'hire 10999'],
  },
];

describe.each(rows)('$held $conditions', ({ reach, ...licence }) => {
  it.each(Object.keys(vehicles))('%s', (name) => {
    const { result, reasons, way } = mayDrive(questionOf(licence, vehicles[name]!));
    expect({ result, reasons: reasons.map(({ code }) => code), way: way !== undefined }).toEqual(
      reach.includes(name) ? { result: 'OK', reasons: [], way: true } : { result: 'NG', reasons: ['CLASS_INSUFFICIENT'], way: false },
    );
  });
});

describe('大型 limited to 自衛隊車両', () => {
  const held: LicenceClassName[] = ['large', 'medium'];
  it.each([
    { text: '大型車は自衛隊車両に限る', name: '11000', result: 'REVIEW' },
    { text: '大型車は自衛隊車に限る', name: '30 seats', result: 'REVIEW' },
    { text: '大型車は自衛隊車両に限る', name: '10999', result: 'OK' },
    { text: '大型車は自衛隊車両に限る', name: '3499', result: 'OK' },
    { text: '大型車は自衛隊車両に限る', name: 'hire 3499', result: 'NG' },
  ])('$text, $name: $result', ({ text, name, result }) => {
    const entitlement = mayDrive(questionOf({ held, conditions: [text] }, vehicles[name]!));
    expect(entitlement.result).toBe(result);
    const facts = entitlement.reasons.flatMap((reason) => (reason.code === 'CONDITION_UNKNOWN' ? [reason.facts] : []));
    expect(facts).toEqual(result === 'REVIEW' ? [{ source: { where: 'condition', number: 1, text, isLegible: true }, why: 'SELF_DEFENCE_ONLY' }] : []);
  });

  it('names what another class would need to know', () => {
    const { reasons } = mayDrive(questionOf({ held, conditions: ['大型車は自衛隊車両に限る'] }, { kind: 'car', seats: 5, isForHire: false, trailer: 'none' }));
    expect(reasons.map(({ code, facts }) => ('fields' in facts ? facts.fields : code))).toEqual(['CONDITION_UNKNOWN', ['grossWeightKg', 'maxLoadKg']]);
  });
});

describe('the reason', () => {
  const insufficient = (licence: SampleLicence, vehicle: Vehicle) =>
    mayDrive(questionOf(licence, vehicle)).reasons.flatMap((reason) => (reason.code === 'CLASS_INSUFFICIENT' ? [reason.facts] : []))[0];

  it('says which limit the vehicle goes past (F06)', () => {
    const conditions = ['中型車は中型車（８ｔ）に限る'];
    expect(insufficient({ held: ['medium'], conditions }, carOf({ grossWeightKg: 8_500, maxLoadKg: 4_000, seats: 11 }))).toEqual({
      held: ['medium'],
      vehicleClasses: ['medium'],
      lacking: ['vehicleClass'],
      exceeded: [
        { licenceClass: 'medium', field: 'grossWeightKg', value: 8_500, limit: 8_000 },
        { licenceClass: 'medium', field: 'seats', value: 11, limit: 10 },
      ],
    });
  });

  it.each<{ name: string; held: LicenceClassName[]; vehicle: Vehicle; lacking: string[] }>([
    { name: 'for hire', held: ['ordinary'], vehicle: carOf({ isForHire: true }), lacking: ['secondClass'] },
    { name: 'for hire and too large', held: ['ordinary'], vehicle: carOf({ isForHire: true, seats: 30 }), lacking: ['vehicleClass'] },
    { name: 'trailer', held: ['ordinary'], vehicle: carOf({ trailer: { grossWeightKg: 751 } }), lacking: ['towing'] },
    { name: 'trailer and too large', held: ['ordinary'], vehicle: carOf({ seats: 11, trailer: { grossWeightKg: 751 } }), lacking: ['vehicleClass', 'towing'] },
    { name: '一種 of the size, 二種 of less', held: ['large', 'ordinarySecond'], vehicle: carOf({ seats: 30, isForHire: true }), lacking: ['secondClass'] },
    { name: 'けん引 alone', held: ['towing'], vehicle: car, lacking: ['vehicleClass'] },
  ])('$name: $lacking', ({ held, vehicle, lacking }) => {
    expect(insufficient({ held }, vehicle)?.lacking).toEqual(lacking);
  });
});

describe('way', () => {
  it.each<{ held: LicenceClassName[]; vehicle: Vehicle; way: unknown }>([
    { held: ['large', 'medium', 'ordinary', 'largeSecond'], vehicle: car, way: { licenceClass: 'ordinary', towing: undefined } },
    { held: ['large', 'ordinary'], vehicle: carOf({ seats: 11 }), way: { licenceClass: 'large', towing: undefined } },
    { held: ['large', 'largeSecond'], vehicle: carOf({ isForHire: true }), way: { licenceClass: 'largeSecond', towing: undefined } },
    { held: ['ordinary', 'towing'], vehicle: carOf({ trailer: { grossWeightKg: 751 } }), way: { licenceClass: 'ordinary', towing: 'towing' } },
    { held: ['ordinary', 'towing'], vehicle: carOf({ trailer: { grossWeightKg: 750 } }), way: { licenceClass: 'ordinary', towing: undefined } },
    { held: ['ordinary'], vehicle: carOf({ trailer: { grossWeightKg: 751 } }), way: undefined },
  ])('$held: $way', ({ held, vehicle, way }) => {
    expect(mayDrive(questionOf({ held }, vehicle)).way).toEqual(way);
  });
});

/** source: product.md §10.3, last paragraph */
describe('what the rules do not cover', () => {
  it.each<{ vehicle: Vehicle; held: LicenceClassName[]; why: string[]; result?: string }>([
    { vehicle: { kind: 'other' }, held: ['large', 'largeMotorcycle'], why: ['KIND'] },
    { vehicle: { kind: 'moped', displacementCc: 51 }, held: ['ordinary'], why: ['MOPED_DISPLACEMENT'] },
    { vehicle: { kind: 'moped', displacementCc: 125 }, held: ['ordinaryMotorcycle'], why: ['MOPED_DISPLACEMENT'] },
    { vehicle: { kind: 'moped', displacementCc: 125 }, held: ['smallSpecial'], why: ['MOPED_DISPLACEMENT'], result: 'NG' },
    { vehicle: { kind: 'motorcycle', displacementCc: 50 }, held: ['moped'], why: ['MOTORCYCLE_DISPLACEMENT'] },
    { vehicle: { kind: 'motorcycle', displacementCc: 50 }, held: ['largeMotorcycle'], why: ['MOTORCYCLE_DISPLACEMENT'] },
    { vehicle: { kind: 'motorcycle', displacementCc: 250, isForHire: true }, held: ['largeMotorcycle'], why: ['FOR_HIRE'] },
    { vehicle: { kind: 'motorcycle', displacementCc: 250, trailer: { grossWeightKg: 751 } }, held: ['largeMotorcycle'], why: ['TOWING'] },
    { vehicle: carOf({ isForHire: true, trailer: { grossWeightKg: 751 } }), held: ['largeSecond', 'towing'], why: ['TOWING_FOR_HIRE'] },
    { vehicle: carOf({ isForHire: true, trailer: { grossWeightKg: 751 } }), held: ['largeSecond', 'towingSecond'], why: [], result: 'OK' },
  ])('$vehicle.kind, $held: $why', ({ vehicle, held, why, result = 'REVIEW' }) => {
    const entitlement = mayDrive(questionOf({ held }, vehicle));
    expect(entitlement.result).toBe(result);
    expect(entitlement.reasons.flatMap((reason) => (reason.code === 'VEHICLE_NOT_COVERED' ? [reason.facts.why] : []))).toEqual(why);
    expect(codesOf(entitlement).filter((code) => code !== 'VEHICLE_NOT_COVERED')).toEqual(result === 'NG' ? ['CLASS_INSUFFICIENT'] : []);
  });
});
