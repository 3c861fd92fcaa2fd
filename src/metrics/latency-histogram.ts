import { register } from 'prom-client';

/** A line of the exposition as prom-client's registry takes it. */
interface Sample {
  readonly metricName: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

interface HistogramOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
}

/** One combination of labels; whoever observes often keeps it. */
export class LatencySeries {
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length);
  }

  observe(seconds: number): void {
    this.sum += seconds;
    this.count += 1;
    const { bounds } = this;
    for (let i = 0; i < bounds.length; i += 1) {
      if (seconds <= (bounds[i] ?? 0)) {
        this.counts[i] = (this.counts[i] ?? 0) + 1;
        return;
      }
    }
  }
}

/**
 * A Prometheus histogram whose series are looked up once and then observed without a label in sight: the library's own
 * checks, sorts and joins its labels for every value, which costs more than the decision it times.
 */
export class LatencyHistogram<L extends string> {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  private readonly series = new Map<string, { labels: Record<L, string>; series: LatencySeries }>();

  constructor(private readonly options: HistogramOptions<L>) {
    this.name = options.name;
    this.help = options.help;
    register.removeSingleMetric(options.name);
    register.registerMetric(this as never);
  }

  seriesOf(labels: Record<L, string>): LatencySeries {
    const key = JSON.stringify(this.options.labelNames.map((name) => labels[name]));
    let found = this.series.get(key);
    if (!found) {
      found = { labels, series: new LatencySeries(this.options.buckets) };
      this.series.set(key, found);
    }
    return found.series;
  }

  /** What the registry asks for at a scrape. */
  async get() {
    const values = [...this.series.values()].flatMap(({ labels, series }) => this.samplesOf(labels, series));
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values };
  }

  private samplesOf(labels: Record<L, string>, { counts, sum, count }: LatencySeries): Sample[] {
    let cumulated = 0;
    const bucket = (le: string | number, value: number) => ({
      metricName: `${this.name}_bucket`,
      labels: { le, ...labels },
      value,
    });
    const buckets = this.options.buckets.map((bound, index) => {
      cumulated += counts[index] ?? 0;
      return bucket(bound, cumulated);
    });
    return [
      ...buckets,
      bucket('+Inf', count),
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
