/** Waiting times of the host [ms]; CCID names none, these are what the field uses. All can be replaced, so that tests need not wait. */
export interface CcidTimeouts {
  /** One bulk OUT or control transfer. */
  readonly writeMs: number;
  /** A reply, unless named otherwise. Kobil IDToken needs 2.5 s for GetSlotStatus after a removal. */
  readonly replyMs: number;
  /** IccPowerOn. */
  readonly powerOnMs: number;
  /** Most that one XfrBlock, or one time extension, may wait. */
  readonly longestReplyMs: number;
  /** A whole command with all its time extensions. */
  readonly commandBudgetMs: number;
  /** One read while getting back in step, and the second and third try at open. */
  readonly recoveryMs: number;
  /** Pause before a command that was answered "busy" is sent again. */
  readonly busyPauseMs: number;
  /** Presence is asked for this often where there is no interrupt endpoint. */
  readonly pollMs: number;
  /** Where there is one, an empty slot is looked at this often all the same: a notice, or the first answer, may have been lost. */
  readonly lookAnywayMs: number;
  /** Notices within this time count as one. */
  readonly coalesceMs: number;
  /** Powering cards off when the reader is closed. */
  readonly closeMs: number;
}

export const ccidTimeouts: CcidTimeouts = {
  writeMs: 5_000,
  replyMs: 3_000,
  powerOnMs: 60_000,
  longestReplyMs: 30_000,
  commandBudgetMs: 120_000,
  recoveryMs: 1_000,
  busyPauseMs: 250,
  pollMs: 450,
  lookAnywayMs: 3_000,
  coalesceMs: 300,
  closeMs: 3_000,
};
