/** The one JSON object of `madoguchi read`: names and shapes are an interface for integrators and change only with a version. */
import { formatIsoDate, type CheckResult, type Field, type EraDate, type LicenceResult, type PersonalResult, type Verdict } from '#session';

export interface ReadError {
  readonly code: string;
  readonly credential?: string;
  readonly triesLeft?: number;
}

export function readOutput(result: CheckResult | undefined, error: ReadError | null, link: CheckResult['link'] & { readonly modelledMs: number }): object {
  return {
    error,
    licence: result !== undefined && 'licence' in result.licence ? licenceOutput(result.licence) : null,
    personalDetails: result !== undefined && 'details' in result.personalDetails ? personalOutput(result.personalDetails) : null,
    reasons: result?.reasons ?? [],
    link,
  };
}

function licenceOutput({ licence, verdict }: LicenceResult): object {
  return {
    ...verdictOutput(verdict),
    kind: licence.kind,
    number: fieldOf(licence.recordNumber),
    expiry: dateOf(licence.expiry),
    colour: fieldOf(licence.colourClass)?.colour ?? null,
    classes: Object.entries(licence.classes)
      .filter(([, flag]) => flag.held)
      .map(([name]) => name),
    conditions: licence.conditions.map((line) => fieldOf(line)?.text ?? null),
    remarks: licence.remarks.map((line) => fieldOf(line)?.text ?? null),
    dates: {
      motorcycles: dateOf(licence.dates.motorcycles),
      others: dateOf(licence.dates.others),
      secondClass: dateOf(licence.dates.secondClass),
    },
    history:
      licence.history === undefined
        ? null
        : {
            number: fieldOf(licence.history.recordNumber),
            recordedOn: dateOf(licence.history.recordedOn),
            categoryCode:
              licence.history.categoryCode === undefined
                ? null
                : Array.from(licence.history.categoryCode, (byte) => byte.toString(16).padStart(2, '0')).join(''),
          },
    photoBytes: licence.photo?.bytes.length ?? 0,
    deviations: licence.deviations,
    hashInput: verdict.verdict === 'genuine' ? (verdict.signer.hashInput ?? null) : null,
  };
}

function personalOutput({ details, verdict }: PersonalResult): object {
  return {
    ...verdictOutput(verdict),
    name: details.name.text ?? null,
    address: details.address.text ?? null,
    birthDate: details.birthDate.date === undefined ? null : formatIsoDate(details.birthDate.date),
    sex: details.sex.value,
    deviations: details.deviations,
  };
}

function verdictOutput(verdict: Verdict): object {
  return { verdict: verdict.verdict, practice: verdict.practice, reasons: verdict.verdict === 'genuine' ? [] : verdict.reasons };
}

/** The value, or `null` for an element that is empty or cannot be read. */
function fieldOf<T>(field: Field<T> | undefined): T | null {
  return field !== undefined && 'value' in field ? field.value : null;
}

function dateOf(field: Field<EraDate | 'none'> | undefined): string | null {
  const value = fieldOf(field);
  return value === null || value === 'none' ? null : formatIsoDate(value.date);
}
