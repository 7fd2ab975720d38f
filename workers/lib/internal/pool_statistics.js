'use strict';

// Figures of a pool: durations in a histogram of fixed relative error (about 9 %), constant memory.

const kStepsPerDoubling = 8;
const kLeast = 1 / 1024;  // milliseconds; shorter durations count as this

class Durations {
  #counts = new Map();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  add(milliseconds) {
    const value = Math.max(milliseconds, kLeast);
    const bucket = Math.floor(Math.log2(value / kLeast) * kStepsPerDoubling);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count++;
    this.#sum += milliseconds;
    if (milliseconds < this.#min) this.#min = milliseconds;
    if (milliseconds > this.#max) this.#max = milliseconds;
  }

  get sum() { return this.#sum; }

  #percentile(share) {
    let left = Math.ceil(this.#count * share);
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      left -= this.#counts.get(bucket);
      if (left <= 0) {
        return Math.min(kLeast * 2 ** ((bucket + 0.5) / kStepsPerDoubling), this.#max);
      }
    }
    return 0;
  }

  // All in milliseconds.
  summary() {
    if (this.#count === 0) return { count: 0, mean: 0, min: 0, max: 0, p50: 0, p90: 0, p99: 0 };
    return {
      count: this.#count,
      mean: this.#sum / this.#count,
      min: this.#min,
      max: this.#max,
      p50: this.#percentile(0.5),
      p90: this.#percentile(0.9),
      p99: this.#percentile(0.99),
    };
  }
}

module.exports = { Durations };
