import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** The metrics of a process, as prom-client's `getMetricsAsJSON` tells them. */
export type ProcessMetrics = MetricObjectWithValues<MetricValue<string>>[];

/** A worker as the primary knows it. */
export interface WorkerState {
  readonly worker: number;
  readonly pid: number;
  readonly isReady: boolean;
  /** The revision it serves, undefined before it serves any. */
  readonly revision: number | undefined;
}

/** What a worker can ask of the primary, with what it is answered. */
export interface Answers {
  /** Of every worker, and what dead ones have counted. */
  metrics: ProcessMetrics[];
  workers: WorkerState[];
}

export type Question = keyof Answers;

/** What a worker sends. */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly addresses: Record<string, string> }
  | { readonly type: 'serving'; readonly revision: number }
  | { readonly type: 'question'; readonly id: number; readonly question: Question }
  | { readonly type: 'metrics'; readonly metrics: ProcessMetrics };

/** What the primary sends. */
export type PrimaryMessage =
  | { readonly type: 'retire' }
  | { readonly type: 'tell_metrics' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[Question] };
