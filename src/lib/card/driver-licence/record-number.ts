/**
 * The check digit of a licence number (digit 11), modulo 11. licence-applet §5.8: sources disagree for remainder 0, where both readings
 * are accepted. A hint for the screen; no card is rejected on it.
 */
const weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2] as const;

/** @param number twelve digits, as `readRecordNumber` gives them. */
export function licenceNumberCheckDigit(number: string): 'fits' | 'differs' {
  const digits = Array.from(number, Number);
  const sum = weights.reduce((total, weight, index) => total + weight * (digits[index] ?? NaN), 0);
  const allowed = checkDigitsFor(sum % 11);
  return allowed.some((digit) => digit === digits[10]) ? 'fits' : 'differs';
}

function checkDigitsFor(remainder: number): readonly number[] {
  if (remainder === 0) return [0, 1];
  return remainder === 1 ? [0] : [11 - remainder];
}
