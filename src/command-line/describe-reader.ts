/** `madoguchi reader describe`: what a class descriptor obliges the host to do. No reader is needed and none is touched. */
import { describeDescriptor, ReaderError } from '#reader';
import type { DescribeArguments } from './describe-arguments.ts';

export function describeReader({ descriptor, about }: DescribeArguments): { output: object; exitCode: 0 | 1 } {
  try {
    return { output: describeDescriptor(descriptor, about), exitCode: 0 };
  } catch (error) {
    if (!(error instanceof ReaderError)) throw error;
    return { output: { error: { code: error.code } }, exitCode: 1 };
  }
}
