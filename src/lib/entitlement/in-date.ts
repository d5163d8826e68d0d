/**
 * Is the licence in date, is a licence held at all? Pure: the day comes in as an argument.
 * 道路交通法 92条の2 第4項 and 施行令 33条の8: a last day on a weekend, a holiday or 12-29…01-03 is deemed to be the next day that is none of these.
 */
import type { CalendarDate } from '#bytes';

/** `deemedWindow` = past the recorded last day, but the deemed last day may not be over: a person decides. */
export type InDate =
  | { readonly state: 'inDate'; readonly lastDay: CalendarDate; readonly deemedLastDay: CalendarDate | undefined; readonly daysLeft: number }
  | { readonly state: 'deemedWindow'; readonly lastDay: CalendarDate; readonly deemedLastDay: CalendarDate | undefined }
  | { readonly state: 'expired'; readonly lastDay: CalendarDate; readonly deemedLastDay: CalendarDate | undefined }
  /** No licence data, no readable date. */
  | { readonly state: 'unknown'; readonly why: 'NOT_READ' | 'NO_DATE' | 'UNREADABLE' };

export type LicenceHeld =
  | { readonly state: 'held' }
  | { readonly state: 'notHeld'; readonly why: 'HISTORY_ONLY' | 'NO_RECORD' | 'NO_LICENCE_APPLICATION' }
  /** A flag or the layout is not what we know: a person decides. */
  | { readonly state: 'review'; readonly why: 'DATA_UNREADABLE' }
  | { readonly state: 'unknown'; readonly why: 'NOT_READ' };
