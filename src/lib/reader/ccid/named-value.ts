/** A number field of which the standard names every value it allows; any other value is refused in both directions. */
import * as P from 'micro-packed';

/** Maps `inner` to the name at its index: `namedValue(P.bits(2), ['done', 'failed'])` refuses 2 and 3. */
export function namedValue<const Name extends string>(inner: P.CoderType<number>, names: readonly Name[]): P.CoderType<Name> {
  return P.apply(inner, {
    encode: (value: number): Name => {
      const name = names[value];
      if (name === undefined) throw new RangeError(`undefined value ${String(value)}`);
      return name;
    },
    decode: (name: Name): number => {
      const value = names.indexOf(name);
      if (value < 0) throw new RangeError(`undefined name ${name}`);
      return value;
    },
  });
}
