import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hex, unhex, type Bytes } from '#bytes';
import { MAX_DER_LENGTH, readStrictDer } from './strict-der.ts';
import { TrustError } from './trust-error.ts';

/** Code and offset of the refusal, or the value when there was none. */
function outcome(bytes: Bytes): { code: string; offset: unknown } | 'read' {
  try {
    readStrictDer(bytes);
    return 'read';
  } catch (fault) {
    if (!(fault instanceof TrustError)) throw fault;
    return { code: fault.code, offset: fault.facts['offset'] };
  }
}

const good = [
  { name: 'TRUE', bytes: '0101FF', source: 'X.690 §11.1' },
  { name: 'FALSE', bytes: '010100', source: 'X.690 §11.1' },
  { name: 'INTEGER 0', bytes: '020100', source: 'X.690 §8.3' },
  { name: 'INTEGER 128, whose zero octet is needed', bytes: '02020080', source: 'X.690 §8.3.2' },
  { name: 'INTEGER -128', bytes: '020180', source: 'X.690 §8.3.2' },
  { name: 'INTEGER -129, whose FF octet is needed', bytes: '0202FF7F', source: 'X.690 §8.3.2' },
  { name: 'NULL', bytes: '0500', source: 'X.690 §8.8' },
  { name: 'OBJECT IDENTIFIER 2.999.3', bytes: '0603883703', source: 'X.690 §8.19.5 example' },
  { name: 'OBJECT IDENTIFIER with 80 inside an arc', bytes: '06042A818001', source: 'X.690 §8.19.2' },
  { name: 'BIT STRING 0A3B5F291CD', bytes: '0307040A3B5F291CD0', source: 'X.690 §8.6.4.2 example' },
  { name: 'empty BIT STRING', bytes: '030100', source: 'X.690 §8.6.2.3' },
  { name: 'length 128', bytes: `048180${'00'.repeat(128)}`, source: 'X.690 §10.1' },
  { name: 'length 256', bytes: `04820100${'00'.repeat(256)}`, source: 'X.690 §10.1' },
  { name: 'tag number 31', bytes: '9F1F00', source: 'X.690 §8.1.2.4' },
  { name: 'SET OF in order', bytes: '3106020101020102', source: 'X.690 §11.6' },
  { name: 'SET OF with the same element twice', bytes: '3106020101020101', source: 'X.690 §11.6' },
  { name: 'SET OF, a shorter element first', bytes: '310704010104020101', source: 'X.690 §11.6' },
  { name: 'UTCTime', bytes: '170D3236313132333132353430305A', source: 'RFC 5280 §4.1.2.5.1' },
  { name: 'GeneralizedTime', bytes: '180F32303236313132333132353430305A', source: 'RFC 5280 §4.1.2.5.2' },
  { name: 'UTF8String 免許', bytes: '0C06E5858DE8A8B1', source: 'X.690 §8.23' },
];

const bad = [
  { name: 'nothing', bytes: '', offset: 0, source: 'X.690 §8.1' },
  { name: 'a tag alone', bytes: '30', offset: 1, source: 'X.690 §8.1' },
  { name: 'a byte behind', bytes: '050000', offset: 2, source: '§7.3 item 2' },
  { name: 'a byte behind, inside', bytes: '3003050000', offset: 5, source: '§7.3 item 2' },
  { name: 'contents cut short', bytes: '04020A', offset: 0, source: '§7.3 item 3' },
  { name: 'a child longer than its parent', bytes: '3003040300', offset: 2, source: '§7.3 item 3' },
  { name: 'indefinite length', bytes: '30800000', offset: 1, source: '§7.3 item 3' },
  { name: 'indefinite length, primitive', bytes: '0480000000', offset: 1, source: '§7.3 item 3' },
  { name: 'length 1 as 81 01', bytes: '04810100', offset: 1, source: '§7.3 item 3' },
  { name: 'length 127 as 81 7F', bytes: `04817F${'00'.repeat(127)}`, offset: 1, source: '§7.3 item 3' },
  { name: 'length 255 as 82 00 FF', bytes: `048200FF${'00'.repeat(255)}`, offset: 1, source: '§7.3 item 3' },
  { name: 'length 159 as 82 00 9F, as card files write it', bytes: `0482009F${'00'.repeat(159)}`, offset: 1, source: 'card-info-applet §4.2' },
  { name: 'length of five octets', bytes: '048500000000010000', offset: 1, source: 'a bound of ours' },
  { name: 'reserved length FF', bytes: '04FF00', offset: 1, source: 'X.690 §8.1.3.5 c' },
  { name: 'length 2^32 - 1', bytes: '0484FFFFFFFF00', offset: 0, source: 'length bomb' },
  { name: 'long tag for a low number', bytes: '9F1E00', offset: 1, source: '§7.3 item 4' },
  { name: 'long tag for INTEGER', bytes: '1F020100', offset: 1, source: '§7.3 item 4' },
  { name: 'padded long tag', bytes: '9F801F00', offset: 1, source: '§7.3 item 4' },
  { name: 'endless tag', bytes: '9FFFFFFF7F00', offset: 1, source: 'a bound of ours' },
  { name: 'end-of-contents', bytes: '0000', offset: 0, source: 'X.690 §8.1.5' },
  { name: 'primitive SEQUENCE', bytes: '1000', offset: 0, source: '§7.3 item 5' },
  { name: 'primitive SET', bytes: '1100', offset: 0, source: '§7.3 item 5' },
  { name: 'constructed OCTET STRING', bytes: '2403040100', offset: 0, source: '§7.3 item 5' },
  { name: 'constructed BIT STRING', bytes: '2304030200FF', offset: 0, source: '§7.3 item 5' },
  { name: 'constructed INTEGER', bytes: '2203020101', offset: 0, source: '§7.3 item 5' },
  { name: 'BOOLEAN 01', bytes: '010101', offset: 0, source: '§7.3 item 6' },
  { name: 'empty BOOLEAN', bytes: '0100', offset: 0, source: '§7.3 item 6' },
  { name: 'BOOLEAN of two', bytes: '0102FFFF', offset: 0, source: '§7.3 item 6' },
  { name: 'empty INTEGER', bytes: '0200', offset: 0, source: '§7.3 item 6' },
  { name: 'INTEGER padded with 00', bytes: '0202007F', offset: 0, source: '§7.3 item 6' },
  { name: 'INTEGER padded with FF', bytes: '0202FF80', offset: 0, source: '§7.3 item 6' },
  { name: 'empty ENUMERATED', bytes: '0A00', offset: 0, source: '§7.3 item 6' },
  { name: 'padded ENUMERATED', bytes: '0A020001', offset: 0, source: '§7.3 item 6' },
  { name: 'NULL with content', bytes: '050100', offset: 0, source: '§7.3 item 6' },
  { name: 'BIT STRING without count', bytes: '0300', offset: 0, source: '§7.3 item 6' },
  { name: 'eight unused bits', bytes: '03020800', offset: 0, source: '§7.3 item 6' },
  { name: 'unused bits not zero', bytes: '03020781', offset: 0, source: '§7.3 item 6' },
  { name: 'unused bits of nothing', bytes: '030101', offset: 0, source: '§7.3 item 6' },
  { name: 'empty OBJECT IDENTIFIER', bytes: '0600', offset: 0, source: '§7.3 item 6' },
  { name: 'OBJECT IDENTIFIER cut short', bytes: '06022A86', offset: 0, source: '§7.3 item 6' },
  { name: 'first arc padded', bytes: '0602802A', offset: 0, source: '§7.3 item 6' },
  { name: 'second arc padded', bytes: '06032A8001', offset: 0, source: '§7.3 item 6' },
  { name: 'SET OF out of order', bytes: '3106020102020101', offset: 0, source: '§7.3 item 7' },
  { name: 'UTCTime without seconds', bytes: '170B323631313233313235345A', offset: 0, source: '§7.3 item 7' },
  { name: 'UTCTime with an offset', bytes: '17113236313132333132353430302B30393030', offset: 0, source: '§7.3 item 7' },
  { name: 'GeneralizedTime with a fraction', bytes: '181132303236313132333132353430302E355A', offset: 0, source: '§7.3 item 7' },
  { name: 'GeneralizedTime in local time', bytes: '180E3230323631313233313235343030', offset: 0, source: '§7.3 item 7' },
  { name: 'UTF8String that is not', bytes: '0C01FF', offset: 0, source: 'X.690 §8.23' },
  { name: 'BMPString of three octets', bytes: '1E03004100', offset: 0, source: 'X.690 §8.23' },
  { name: 'REAL', bytes: '0900', offset: 0, source: 'not in a certificate' },
  { name: 'EXTERNAL', bytes: '2800', offset: 0, source: 'not in a certificate' },
];

describe('readStrictDer', () => {
  it.each(good)('reads: $name ($source)', ({ bytes }) => {
    expect(hex(readStrictDer(unhex(bytes)).encoded)).toBe(bytes);
  });

  it.each(bad)('refuses: $name ($source)', ({ bytes, offset }) => {
    expect(outcome(unhex(bytes))).toEqual({ code: 'DER_REFUSED', offset });
  });

  it.each(bad.filter(({ bytes }) => bytes.length > 0 && bytes.length < 0x80))('refuses it one level down: $name', ({ bytes }) => {
    const inner = unhex(bytes);
    expect(outcome(Uint8Array.of(0x30, inner.length, ...inner))).toMatchObject({ code: 'DER_REFUSED' });
  });

  it('says what stands where', () => {
    const [first, second] = readStrictDer(unhex('30060101FF820105')).children;
    expect(first).toMatchObject({ tagClass: 'universal', tagNumber: 1, constructed: false, start: 2 });
    expect(second).toMatchObject({ tagClass: 'context', tagNumber: 2, constructed: false, start: 5, content: unhex('05') });
  });

  it('keeps its limits: size, depth, number of elements', () => {
    expect(outcome(new Uint8Array(MAX_DER_LENGTH + 1))).toEqual({ code: 'DER_REFUSED', offset: 0 });
    expect(outcome(nested(100))).toBe('read');
    expect(outcome(nested(101))).toMatchObject({ code: 'DER_REFUSED' });
    expect(outcome(sequenceOfNulls(9_999))).toBe('read');
    expect(outcome(sequenceOfNulls(10_000))).toMatchObject({ code: 'DER_REFUSED' });
  });

  property.prop([fc.uint8Array({ maxLength: 200 })])('throws nothing but its own refusal', (bytes) => {
    expect(['read', 'DER_REFUSED']).toContain(codeOf(outcome(Uint8Array.from(bytes))));
  });

  property.prop(
    [fc.array(fc.constantFrom(0x30, 0x31, 0x02, 0x03, 0x06, 0xa0, 0x80, 0x81, 0x82, 0x00, 0x01, 0x02, 0x05, 0xff, 0x1f, 0x9f), { maxLength: 40 })],
    {
      numRuns: 2_000,
    },
  )('throws nothing but its own refusal on what looks like DER', (bytes) => {
    expect(['read', 'DER_REFUSED']).toContain(codeOf(outcome(Uint8Array.from(bytes))));
  });

  property.prop([fc.constantFrom(...good), fc.uint8Array({ minLength: 1, maxLength: 4 })])('refuses anything behind a good element', ({ bytes }, tail) => {
    expect(outcome(Uint8Array.of(...unhex(bytes), ...tail))).toMatchObject({ code: 'DER_REFUSED' });
  });
});

function codeOf(result: ReturnType<typeof outcome>): string {
  return result === 'read' ? result : result.code;
}

/** `depth` SEQUENCEs, one in the other. */
function nested(depth: number): Bytes {
  let bytes: Bytes = unhex('3000');
  for (let level = 1; level < depth; level++) bytes = wrap(bytes);
  return bytes;
}

function sequenceOfNulls(count: number): Bytes {
  return wrap(Uint8Array.from({ length: count * 2 }, (_, index) => (index % 2 === 0 ? 0x05 : 0x00)));
}

function wrap(content: Bytes): Bytes {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, Math.floor(size / 0x100), size % 0x100];
  return Uint8Array.of(0x30, ...length, ...content);
}
