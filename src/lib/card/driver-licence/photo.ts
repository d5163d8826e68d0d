/**
 * The face photo: told by its magic, since the container on this card is not published. JPEG 2000: ISO/IEC 15444-1 Annex A (codestream)
 * and Annex I (JP2 file). Decoding is done elsewhere.
 */
import { indexOfBytes, unhex, type Bytes } from '#bytes';
import type { DriverLicence } from './driver-licence.ts';

/** JP2 signature box: its length and type. */
const jp2Signature = unhex('0000000C6A502020');
/** SOC and SIZ markers. */
const codestreamStart = unhex('FF4FFF51');
/** EOC marker. */
const codestreamEnd = unhex('FFD9');

export type LicencePhoto = NonNullable<DriverLicence['photo']>;

/** The photo of element 107. */
export function photoOf(bytes: Bytes): LicencePhoto {
  return { bytes, format: formatOf(bytes), foundBy: 'tag' };
}

/** A photo somewhere in bytes whose layout we do not know; ends at the last EOC marker when there is one. */
export function locatePhoto(rest: Bytes): LicencePhoto | undefined {
  // A JP2 file holds a codestream, so its own start comes first.
  const starts = [jp2Signature, codestreamStart].map((magic) => indexOfBytes(rest, magic)).filter((start) => start >= 0);
  if (starts.length === 0) return undefined;
  const tail = rest.slice(Math.min(...starts));
  const bytes = tail.slice(0, endOfCodestream(tail));
  return { bytes, format: formatOf(bytes), foundBy: 'magic' };
}

function formatOf(bytes: Bytes): LicencePhoto['format'] {
  if (indexOfBytes(bytes.subarray(0, jp2Signature.length), jp2Signature) === 0) return 'jp2';
  return indexOfBytes(bytes.subarray(0, codestreamStart.length), codestreamStart) === 0 ? 'codestream' : 'unknown';
}

function endOfCodestream(bytes: Bytes): number {
  for (let start = bytes.length - codestreamEnd.length; start >= 0; start--) {
    if (bytes[start] === codestreamEnd[0] && bytes[start + 1] === codestreamEnd[1]) return start + codestreamEnd.length;
  }
  return bytes.length;
}
