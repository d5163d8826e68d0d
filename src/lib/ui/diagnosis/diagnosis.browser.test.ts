import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { Diagnosis, DiagnosisReport, DiagnosisState, DiagnosisStep } from '#session';
import { ja } from '../messages/ja.ts';
import DiagnosisView from './diagnosis-view.svelte';
import { factRows } from './fact-rows.ts';

const taken = { startMs: 0, ms: 1.5, exchanges: [] } as const;

function reportOf(...steps: readonly DiagnosisStep[]): DiagnosisReport {
  return { mode: 'service', at: '2026-12-01T00:00:00.000Z', appBuild: 'x', steps, exchangesLeftOut: 0 };
}

/** A diagnosis that stays as it is, and writes down what it is asked for. */
function diagnosisIn(state: Partial<DiagnosisState>, asked: string[] = []): Diagnosis {
  return {
    state: { running: undefined, report: undefined, fault: undefined, ...state },
    subscribe: () => () => undefined,
    chooseReader: async (which) => void asked.push(which),
    useKnownReader: async () => void asked.push('known'),
    exportJson: () => '{}',
    close: async () => undefined,
  };
}

describe('diagnosis', () => {
  it('asks for a permitted reader by itself, and for the chooser only at a click', async () => {
    const asked: string[] = [];
    const screen = await render(DiagnosisView, { diagnosis: diagnosisIn({}, asked), practice: undefined });
    expect(asked).toEqual(['known']);
    await screen.getByRole('button', { name: ja.diagnosis.choose }).click();
    expect(asked).toEqual(['known', 'knownReaders']);
    expect(screen.getByRole('button', { name: ja.diagnosis.save }).query()).toBeNull();
  });

  it('a fault in words, with its code and its facts; what was not taken says why', async () => {
    const report = reportOf(
      { ...taken, step: 'cardPower', slot: 0, outcome: 'failed', fault: { code: 'READER_UNSUPPORTED', facts: { T1: 'READER_TIMED_OUT' } } },
      { step: 'selectLicence', slot: 0, outcome: 'notTaken', why: 'faultBefore' },
    );
    const screen = await render(DiagnosisView, { diagnosis: diagnosisIn({ report }), practice: undefined });
    const table = screen.getByRole('table');
    await expect.element(table).toHaveTextContent(ja.faults.READER_UNSUPPORTED.happened);
    await expect.element(table).toHaveTextContent('READER_UNSUPPORTED');
    await expect.element(table).toHaveTextContent('T1 READER_TIMED_OUT');
    await expect.element(table).toHaveTextContent(ja.diagnosis.why.faultBefore);
    await expect.element(screen.getByText(ja.diagnosis.finished(2, 1))).toBeVisible();
  });

  it('while it runs nothing else can be begun and no file taken', async () => {
    const screen = await render(DiagnosisView, { diagnosis: diagnosisIn({ running: 'driver', report: reportOf() }), practice: undefined });
    await expect.element(screen.getByRole('button', { name: ja.diagnosis.again })).toBeDisabled();
    await expect.element(screen.getByRole('button', { name: ja.diagnosis.choose })).toBeDisabled();
    expect(screen.getByRole('button', { name: ja.diagnosis.save }).query()).toBeNull();
  });

  it('what a device says of itself is text, and never looked up as a code of ours', async () => {
    const name = '<b>absent</b>';
    const screen = await render(DiagnosisView, {
      diagnosis: diagnosisIn({ report: reportOf({ ...taken, step: 'find', outcome: 'done', facts: { name } }) }),
      practice: undefined,
    });
    await expect.element(screen.getByText(name)).toBeVisible();
    expect(factRows({ name: 'absent', presence: 'absent', caution: 'constructor', pinIsSet: false }, ja.diagnosis).map(({ value }) => value)).toEqual([
      'absent',
      ja.diagnosis.values['absent'],
      'constructor',
      ja.diagnosis.no,
    ]);
  });
});
