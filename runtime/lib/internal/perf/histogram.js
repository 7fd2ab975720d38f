'use strict';

// Histograms with a relative error below 0.1 %: counts per bucket, buckets of equal size within
// each power of two. Values are integers from 1 up.

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateInteger, validateNumber, validateObject } = require('internal/validators');
const { customInspectSymbol, kEmptyObject, SymbolDispose } = require('internal/util');

const kSkipThrow = Symbol('kSkipThrow');
const kRecord = Symbol('kRecord');
const kRecordDelta = Symbol('kRecordDelta');
const kMaxInt64 = 9223372036854775807n;

// The smallest multiple of the bucket's width that is not above the value.
function bucketOf(value, subBuckets) {
  let width = 1;
  while (value / width >= subBuckets) width *= 2;
  return { low: Math.floor(value / width) * width, width };
}

class Histogram {
  #counts = new Map();
  #count = 0;
  #min = Infinity;
  #max = 0;
  #exceeds = 0;
  #highest;
  #subBuckets;
  #previous;

  constructor(skip, { highest = Number.MAX_SAFE_INTEGER, figures = 3 } = kEmptyObject) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#highest = Number(highest);
    this.#subBuckets = 2 ** Math.ceil(Math.log2(2 * 10 ** figures));
  }

  [kRecord](value) {
    if (value > this.#highest) {
      this.#exceeds++;
      return false;
    }
    const { low, width } = bucketOf(value, this.#subBuckets);
    const bucket = this.#counts.get(low);
    if (bucket === undefined) this.#counts.set(low, { count: 1, width });
    else bucket.count++;
    this.#count++;
    this.#min = Math.min(this.#min, low);
    this.#max = Math.max(this.#max, low + width - 1);
    return true;
  }

  // Nanoseconds since the last call.
  [kRecordDelta](now) {
    const previous = this.#previous;
    this.#previous = now;
    if (previous !== undefined) this[kRecord](Math.max(1, now - previous));
  }

  forgetPrevious() {
    this.#previous = undefined;
  }

  get count() { return this.#count; }
  get countBigInt() { return BigInt(this.#count); }
  get exceeds() { return this.#exceeds; }
  get exceedsBigInt() { return BigInt(this.#exceeds); }
  get min() { return this.#count === 0 ? Number(kMaxInt64) : this.#min; }
  get minBigInt() { return this.#count === 0 ? kMaxInt64 : BigInt(this.#min); }
  get max() { return this.#max; }
  get maxBigInt() { return BigInt(this.#max); }

  get mean() {
    if (this.#count === 0) return NaN;
    let total = 0;
    for (const { 0: low, 1: bucket } of this.#counts) total += middle(low, bucket) * bucket.count;
    return total / this.#count;
  }

  get stddev() {
    if (this.#count === 0) return NaN;
    const { mean } = this;
    let total = 0;
    for (const { 0: low, 1: bucket } of this.#counts) {
      total += (middle(low, bucket) - mean) ** 2 * bucket.count;
    }
    return Math.sqrt(total / this.#count);
  }

  percentile(percentile) {
    validateNumber(percentile, 'percentile');
    if (!(percentile > 0 && percentile <= 100)) {
      throw new ERR_OUT_OF_RANGE('percentile', '> 0 && <= 100', percentile);
    }
    return this.#valueAt(percentile);
  }

  percentileBigInt(percentile) {
    return BigInt(this.percentile(percentile));
  }

  #valueAt(percentile) {
    const wanted = Math.max(1, Math.round(percentile / 100 * this.#count));
    let seen = 0;
    for (const low of [...this.#counts.keys()].sort((a, b) => a - b)) {
      const bucket = this.#counts.get(low);
      seen += bucket.count;
      if (seen >= wanted) return low + bucket.width - 1;
    }
    return 0;
  }

  get percentiles() {
    const result = new Map();
    if (this.#count === 0) return result.set(100, 0);
    result.set(0, this.#min);
    // Halfway to 100 again and again, until all values are below.
    for (let remaining = 50; ; remaining /= 2) {
      const value = this.#valueAt(100 - remaining);
      if (value >= this.#max || result.size > 60) break;
      result.set(100 - remaining, value);
    }
    return result.set(100, this.#max);
  }

  get percentilesBigInt() {
    return new Map([...this.percentiles].map(({ 0: key, 1: value }) => [key, BigInt(value)]));
  }

  reset() {
    this.#counts.clear();
    this.#count = 0;
    this.#min = Infinity;
    this.#max = 0;
    this.#exceeds = 0;
    this.#previous = undefined;
  }

  merge(other) {
    for (const { 0: low, 1: bucket } of other.#counts) {
      const mine = this.#counts.get(low);
      if (mine === undefined) this.#counts.set(low, { ...bucket });
      else mine.count += bucket.count;
    }
    this.#count += other.#count;
    this.#exceeds += other.#exceeds;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  static is(value) {
    return typeof value === 'object' && value !== null && #counts in value;
  }

  toJSON() {
    return {
      count: this.count,
      min: this.min,
      max: this.max,
      mean: this.mean,
      exceeds: this.exceeds,
      stddev: this.stddev,
      percentiles: Object.fromEntries(this.percentiles),
    };
  }

  [customInspectSymbol](depth, options) {
    const { inspect } = require('internal/util/inspect');
    return `Histogram ${inspect({
      min: this.min,
      max: this.max,
      mean: this.mean,
      exceeds: this.exceeds,
      stddev: this.stddev,
      count: this.count,
      percentiles: this.percentiles,
    }, options)}`;
  }
}
for (const name of ['forgetPrevious', 'merge']) {
  Object.defineProperty(Histogram.prototype, name, { __proto__: null, enumerable: false });
}

function middle(low, { width }) {
  return width === 1 ? low : low + Math.floor(width / 2);
}

class RecordableHistogram extends Histogram {
  record(value) {
    if (typeof value === 'bigint') {
      if (value < 1n || value > kMaxInt64) {
        throw new ERR_OUT_OF_RANGE('value', '>= 1 && <= 2 ** 63 - 1', value);
      }
      this[kRecord](Number(value));
      return;
    }
    if (!Number.isInteger(value)) {
      throw new ERR_INVALID_ARG_TYPE('val', ['integer', 'bigint'], value);
    }
    validateInteger(value, 'val', 1);
    this[kRecord](value);
  }

  recordDelta() {
    this[kRecordDelta](Number(process.hrtime.bigint()));
  }

  add(other) {
    if (!Histogram.is(other) || !(other instanceof RecordableHistogram)) {
      throw new ERR_INVALID_ARG_TYPE('other', 'RecordableHistogram', other);
    }
    this.merge(other);
  }
}

function isRecordable(value) {
  return value instanceof RecordableHistogram;
}

function createHistogram(options = kEmptyObject) {
  validateObject(options, 'options');
  const { lowest = 1, highest = Number.MAX_SAFE_INTEGER, figures = 3 } = options;
  if (typeof lowest !== 'bigint') validateInteger(lowest, 'options.lowest', 1);
  if (typeof highest !== 'bigint') {
    validateInteger(highest, 'options.highest', 2 * Number(lowest));
  } else if (highest < 2n * BigInt(lowest)) {
    throw new ERR_INVALID_ARG_TYPE('options.highest', '>= 2 * lowest', highest);
  }
  validateInteger(figures, 'options.figures', 1, 5);
  return new RecordableHistogram(kSkipThrow, { highest, figures });
}

// Measures how long the loop takes from one turn of a timer to the next.
class ELDHistogram extends Histogram {
  #timer;
  #resolution;

  constructor(skip, resolution) {
    super(skip);
    this.#resolution = resolution;
  }

  enable() {
    if (this.#timer !== undefined) return false;
    const { setInterval } = require('timers');
    this.forgetPrevious();
    const tick = () => this[kRecordDelta](Number(process.hrtime.bigint()));
    tick();
    this.#timer = setInterval(tick, this.#resolution);
    this.#timer.unref();
    return true;
  }

  disable() {
    if (this.#timer === undefined) return false;
    require('timers').clearInterval(this.#timer);
    this.#timer = undefined;
    return true;
  }

  [SymbolDispose]() {
    this.disable();
  }
}

function monitorEventLoopDelay(options = kEmptyObject) {
  validateObject(options, 'options');
  const { resolution = 10 } = options;
  validateInteger(resolution, 'options.resolution', 1);
  return new ELDHistogram(kSkipThrow, resolution);
}

module.exports = { createHistogram, isRecordable, monitorEventLoopDelay };
