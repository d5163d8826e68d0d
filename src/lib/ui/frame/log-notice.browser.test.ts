import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { AuditLog } from '#session';
import LogNotice from './log-notice.svelte';

/** A log whose role and fault change, as when another tab closes. */
class ChangingLog implements Pick<AuditLog, 'role' | 'fault' | 'onChange'> {
  role: AuditLog['role'] = 'reader';
  fault: AuditLog['fault'] = undefined;
  readonly listeners = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  become(role: AuditLog['role'], fault?: AuditLog['fault']): void {
    this.role = role;
    this.fault = fault;
    for (const listener of this.listeners) listener();
  }
}

describe('log notice', () => {
  it('goes when this tab becomes the writer', async () => {
    const log = new ChangingLog();
    const screen = await render(LogNotice, { log });
    await expect.element(screen.getByText('LOG_READ_ONLY')).toBeVisible();
    log.become('writer');
    await expect.element(screen.getByText('LOG_READ_ONLY')).not.toBeInTheDocument();
  });

  it('shows what the new writer found', async () => {
    const log = new ChangingLog();
    const screen = await render(LogNotice, { log });
    log.become('writer', 'LOG_LOST');
    await expect.element(screen.getByText('LOG_LOST')).toBeVisible();
    await expect.element(screen.getByText('LOG_READ_ONLY')).not.toBeInTheDocument();
  });

  it('stops listening when it goes', async () => {
    const log = new ChangingLog();
    const screen = await render(LogNotice, { log });
    expect(log.listeners.size).toBe(1);
    await screen.unmount();
    await expect.poll(() => log.listeners.size).toBe(0);
  });
});
