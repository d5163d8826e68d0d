/**
 * Host against a card written from the standard alone, with faults in the air between them. Whatever happens, a command reaches the
 * application once or not at all, a response that comes is the right one, and a run that fails does so with a code.
 */
import { hex, type Bytes } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ReaderError } from '../reader-error.ts';
import { openIsoDep } from './iso-dep.ts';
import { waitingTimeMs } from './parameters.ts';
import { airFaults, FaultyAir, type AirFault } from './test/faulty-air.ts';
import { VirtualPicc } from './test/virtual-picc.ts';

const RUNS = 1_000;

interface Scene {
  readonly commands: readonly Bytes[];
  readonly secret: boolean;
  readonly frameSize: number;
  readonly partLength: number;
  readonly responseLength: number;
  readonly extensions: number;
  readonly extensionByte: number;
  readonly cid: number;
  readonly presenceChecks: boolean;
}

const scenes: fc.Arbitrary<Scene> = fc.record({
  commands: fc.array(
    fc.uint8Array({ minLength: 4, maxLength: 60 }).map((bytes) => Uint8Array.from(bytes)),
    { minLength: 1, maxLength: 5 },
  ),
  secret: fc.boolean(),
  frameSize: fc.constantFrom(16, 24, 64, 256),
  partLength: fc.integer({ min: 1, max: 40 }),
  responseLength: fc.integer({ min: 0, max: 60 }),
  extensions: fc.integer({ min: 0, max: 3 }),
  extensionByte: fc.integer({ min: 1, max: 59 }).chain((multiplier) => fc.constantFrom(multiplier, multiplier + 64, multiplier + 192)),
  cid: fc.constantFrom(0, 0, 2, 14),
  presenceChecks: fc.boolean(),
});

/** Says which command it answers: its count, its sum, and filler. */
function application(responseLength: number): (command: readonly number[]) => readonly number[] {
  let count = 0;
  return (command) => {
    count++;
    const sum = command.reduce((total, byte) => total + byte, 0) % 256;
    return [...Array.from({ length: responseLength }, (_, index) => (index * 7 + count) % 256), count % 256, sum];
  };
}

interface Played {
  readonly picc: VirtualPicc;
  readonly air: FaultyAir;
  readonly responses: readonly string[];
  readonly error: unknown;
}

async function play(scene: Scene, faults: readonly AirFault[], removedAfter = Infinity): Promise<Played> {
  const picc = new VirtualPicc({ ...scene, answer: application(scene.responseLength) });
  const air = new FaultyAir(picc, faults, removedAfter);
  const card = openIsoDep(air, { fsc: scene.frameSize, fwtMs: waitingTimeMs(8), cid: scene.cid });
  const responses: string[] = [];
  try {
    for (const bytes of scene.commands) {
      if (scene.presenceChecks && !(await card.isPresent())) break;
      responses.push(hex(await card.transmit({ bytes, secret: scene.secret })));
    }
    return { picc, air, responses, error: undefined };
  } catch (error) {
    return { picc, air, responses, error };
  }
}

/** What a card would have answered with nothing in between. */
function expected(scene: Scene): string[] {
  const answer = application(scene.responseLength);
  return scene.commands.map((command) => hex(Uint8Array.from(answer([...command]))));
}

function assertOnce(scene: Scene, { picc, responses, error }: Played): void {
  const sent = scene.commands.map((command) => hex(command).toLowerCase());
  expect(picc.commands).toEqual(sent.slice(0, picc.commands.length));
  expect(responses).toEqual(expected(scene).slice(0, responses.length));
  expect(picc.commands.length).toBeGreaterThanOrEqual(responses.length);
  expect(picc.commands.length).toBeLessThanOrEqual(responses.length + 1);
  if (error !== undefined) expect(error).toBeInstanceOf(ReaderError);
}

describe('without faults', () => {
  test.prop([scenes], { numRuns: RUNS })('every command is answered, by the rules of both sides', async (scene) => {
    const played = await play(scene, []);
    expect(played.error).toBeUndefined();
    expect(played.responses).toEqual(expected(scene));
    expect(played.picc.commands).toHaveLength(scene.commands.length);
    expect(played.picc.complaints).toEqual([]);
  });

  test.prop([fc.uint8Array({ minLength: 4, maxLength: 2_000 }), fc.integer({ min: 1, max: 253 }), fc.integer({ min: 0, max: 2_000 })], { numRuns: 100 })(
    'long commands and responses',
    async (command, partLength, responseLength) => {
      const scene: Scene = {
        commands: [Uint8Array.from(command)],
        secret: false,
        frameSize: 256,
        partLength,
        responseLength,
        extensions: 0,
        extensionByte: 1,
        cid: 0,
        presenceChecks: false,
      };
      expect((await play(scene, [])).responses).toEqual(expected(scene));
    },
  );
});

/** A fault, then enough quiet for the host to find out: three exchanges. */
const sparse = fc
  .array(fc.tuple(fc.constantFrom(...airFaults.filter((fault) => fault !== 'answerLate')), fc.integer({ min: 3, max: 12 })), { maxLength: 12 })
  .map((schedule) => schedule.flatMap(([fault, quiet]) => [...Array.from({ length: quiet }, (): AirFault => 'none'), fault]));

test.prop([scenes, sparse], { numRuns: RUNS })('single faults are all repaired, but that a person may have to type a PIN again', async (scene, faults) => {
  const played = await play(scene, faults);
  if (scene.secret && played.error !== undefined) expect(played.error).toMatchObject({ code: 'READER_OUT_OF_STEP' });
  else expect([played.error, played.responses]).toEqual([undefined, expected(scene)]);
  assertOnce(scene, played);
  expect(played.picc.complaints).toEqual([]);
});

const withFaults = (...faults: readonly AirFault[]): fc.Arbitrary<readonly AirFault[]> =>
  fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant<AirFault>('none') }, { weight: 2, arbitrary: fc.constantFrom(...faults) }), { maxLength: 60 });
const anyFaults = withFaults(...airFaults);
/** Three old R(ACK) in a row deceive a host of this protocol. Commands without a secret can bear to be sent twice, so they are repaired all the same. */
const without = (left: AirFault): AirFault[] => airFaults.filter((fault) => fault !== left);
const neverThreeOld = fc.oneof(withFaults(...without('answerRepeated')), withFaults(...without('answerLate')).filter(hasNoPair));

function hasNoPair(faults: readonly AirFault[]): boolean {
  return faults.every((fault, index) => fault !== 'answerRepeated' || faults[index + 1] !== 'answerRepeated');
}

test.prop([scenes, anyFaults], { numRuns: 3 * RUNS })(
  'secrets, under any schedule of faults: once or not at all, and right or with a code',
  async (scene, faults) => {
    const secretScene = { ...scene, secret: true };
    assertOnce(secretScene, await play(secretScene, faults));
  },
);

test.prop([scenes, neverThreeOld], { numRuns: 2 * RUNS })('everything, while old answers do not come in threes: likewise', async (scene, faults) => {
  assertOnce(scene, await play(scene, faults));
});

test.prop([scenes, neverThreeOld, fc.integer({ min: 0, max: 60 })], { numRuns: RUNS })(
  'the card is taken away at any step',
  async (scene, faults, removedAfter) => {
    assertOnce(scene, await play(scene, faults, removedAfter));
  },
);
