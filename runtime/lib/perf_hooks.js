'use strict';

// node:perf_hooks and the global `performance`.

const {
  codes: {
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_THIS,
    ERR_MISSING_ARGS,
    ERR_PERFORMANCE_INVALID_TIMESTAMP,
    ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS,
  },
} = require('internal/errors');
const { validateFunction, validateObject } = require('internal/validators');
const {
  customInspectSymbol, defineLazyProperties, kEmptyObject, kEnumerableProperty,
} = require('internal/util');
const { EventTarget, Event, kTrustEvent, defineEventHandler } = require('internal/event_target');
const { loopMetrics, now, timeOrigin } = internalBinding('perf');
const entries = require('internal/perf/entries');
const timeline = require('internal/perf/observe');

const kSkipThrow = Symbol('kSkipThrow');

// [idle, started] of the loop, in milliseconds; started is -1 before the loop first runs.
function nodeTiming() {
  const { 0: idleTime, 1: loopStart } = loopMetrics();
  return { idleTime, loopStart };
}

class PerformanceNodeTiming {
  get name() { return 'node'; }
  get entryType() { return 'node'; }
  get startTime() { return 0; }
  get duration() { return now(); }
  // The clock begins when the runtime is loaded; V8 and the environment follow at once.
  get nodeStart() { return 0; }
  get v8Start() { return 0; }
  get environment() { return 0; }
  get bootstrapComplete() { return 0; }
  get loopStart() { return nodeTiming().loopStart; }
  get loopExit() { return -1; }
  get idleTime() { return nodeTiming().idleTime; }

  toJSON() {
    const json = {};
    for (const key of kNodeTimingKeys) json[key] = this[key];
    return json;
  }

  [customInspectSymbol](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `PerformanceNodeTiming ${inspect(this.toJSON(), {
      ...options, depth: options.depth == null ? null : options.depth - 1,
    })}`;
  }
}
const kNodeTimingKeys = [
  'name', 'entryType', 'startTime', 'duration', 'nodeStart', 'v8Start', 'bootstrapComplete',
  'environment', 'loopStart', 'loopExit', 'idleTime',
];
Object.setPrototypeOf(PerformanceNodeTiming.prototype, entries.PerformanceEntry.prototype);
for (const key of kNodeTimingKeys) {
  Object.defineProperty(PerformanceNodeTiming.prototype, key, kEnumerableProperty);
}

function eventLoopUtilization(first, second) {
  const { idleTime, loopStart } = nodeTiming();
  if (loopStart <= 0) return { idle: 0, active: 0, utilization: 0 };
  if (second) {
    const idle = first.idle - second.idle;
    const active = first.active - second.active;
    return { idle, active, utilization: active / (idle + active) };
  }
  const active = now() - loopStart - idleTime;
  if (!first) return { idle: idleTime, active, utilization: active / (idleTime + active) };
  const idleDelta = idleTime - first.idle;
  const activeDelta = active - first.active;
  return {
    idle: idleDelta,
    active: activeDelta,
    utilization: activeDelta / (idleDelta + activeDelta),
  };
}

function finishTimed(name, start, args, histogram) {
  const duration = now() - start;
  if (histogram !== undefined) histogram.record(Math.max(1, Math.ceil(duration * 1e6)));
  if (timeline.hasObserver('function')) {
    timeline.enqueue(entries.createNodeEntry(name, 'function', start, duration, args));
  }
}

// Wraps `fn` so that each call is an entry of type 'function'.
function timerify(fn, options = kEmptyObject) {
  validateFunction(fn, 'fn');
  validateObject(options, 'options');
  const { histogram } = options;
  if (histogram !== undefined) {
    const { isRecordable } = require('internal/perf/histogram');
    if (!isRecordable(histogram)) {
      throw new ERR_INVALID_ARG_TYPE('options.histogram', 'RecordableHistogram', histogram);
    }
  }
  function timerified(...args) {
    const start = now();
    const result = new.target
      ? Reflect.construct(fn, args, fn)
      : Reflect.apply(fn, this, args);
    if (!new.target && typeof result?.finally === 'function') {
      return result.finally(() => finishTimed(fn.name, start, args, histogram));
    }
    finishTimed(fn.name, start, args, histogram);
    return result;
  }
  Object.defineProperties(timerified, {
    length: { __proto__: null, configurable: false, enumerable: true, value: fn.length },
    name: {
      __proto__: null, configurable: false, enumerable: true, value: `timerified ${fn.name}`,
    },
  });
  return timerified;
}

// The time a mark name or a number stands for.
function timeOf(mark) {
  if (mark === undefined) return undefined;
  if (typeof mark === 'number') {
    if (mark < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(mark);
    return mark;
  }
  const name = `${mark}`;
  if (entries.kNodeTimingNames.has(name)) return performance.nodeTiming[name];
  const found = timeline.lastMark(name);
  if (found === undefined) {
    const { DOMException } = require('internal/dom_exception');
    throw new DOMException(`The "${name}" performance mark has not been set`, 'SyntaxError');
  }
  return found.startTime;
}

function measureTimes(startOrOptions, endMark) {
  const options = startOrOptions !== null && typeof startOrOptions === 'object'
    ? startOrOptions
    : kEmptyObject;
  const { start, end, duration } = options;
  const fail = (text) => { throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS(text); };
  if (endMark !== undefined && Object.keys(options).length > 0) {
    fail('endMark must not be specified');
  }
  if (start !== undefined || end !== undefined || duration !== undefined) {
    if (start === undefined && end === undefined) {
      fail('One of options.start or options.end is required');
    }
    if (start !== undefined && end !== undefined && duration !== undefined) {
      fail('Must not have options.start, options.end, and options.duration specified');
    }
  }
  let to;
  if (endMark !== undefined) to = timeOf(endMark);
  else if (end !== undefined) to = timeOf(end);
  else if (start !== undefined && duration !== undefined) to = timeOf(start) + timeOf(duration);
  else to = now();
  let from;
  if (start !== undefined) from = timeOf(start);
  else if (end !== undefined && duration !== undefined) from = timeOf(end) - timeOf(duration);
  else if (typeof startOrOptions === 'string') from = timeOf(startOrOptions);
  else from = 0;
  return { from, to, detail: options.detail };
}

class Performance extends EventTarget {
  constructor(skip = undefined) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }

  now() {
    check(this);
    return now();
  }

  get timeOrigin() {
    check(this);
    return timeOrigin();
  }

  mark(name, options = kEmptyObject) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    const mark = new entries.PerformanceMark(name, options);
    timeline.bufferUserTiming(mark);
    return mark;
  }

  measure(name, startOrMeasureOptions = kEmptyObject, endMark = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    const { from, to, detail } = measureTimes(startOrMeasureOptions, endMark);
    const measure = entries.createMeasure(
      `${name}`, from, to - from, detail == null ? null : structuredClone(detail));
    timeline.bufferUserTiming(measure);
    return measure;
  }

  clearMarks(name = undefined) {
    check(this);
    timeline.clearTimeline('mark', name === undefined ? undefined : `${name}`);
  }

  clearMeasures(name = undefined) {
    check(this);
    timeline.clearTimeline('measure', name === undefined ? undefined : `${name}`);
  }

  clearResourceTimings(name = undefined) {
    check(this);
    timeline.clearTimeline('resource', name === undefined ? undefined : `${name}`);
  }

  getEntries() {
    check(this);
    return timeline.getTimeline();
  }

  getEntriesByName(name, type = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return timeline.getTimeline(`${name}`, type === undefined ? undefined : `${type}`);
  }

  getEntriesByType(type) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return timeline.getTimeline(undefined, `${type}`);
  }

  setResourceTimingBufferSize(maxSize) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('maxSize');
    timeline.setResourceBufferSize(maxSize >>> 0);
  }

  toJSON() {
    check(this);
    return {
      nodeTiming: this.nodeTiming,
      timeOrigin: timeOrigin(),
      eventLoopUtilization: eventLoopUtilization(),
    };
  }

  [customInspectSymbol](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `Performance ${inspect({ nodeTiming: this.nodeTiming, timeOrigin: timeOrigin() }, {
      ...options, depth: options.depth == null ? null : options.depth - 1,
    })}`;
  }
}

function check(self) {
  if (!(self instanceof Performance)) throw new ERR_INVALID_THIS('Performance');
}

function markResourceTiming(timing, requestedUrl, initiatorType, global, cacheMode, bodyInfo,
                            responseStatus, deliveryType = '') {
  const resource = entries.createResource(requestedUrl, {
    timing, initiatorType, cacheMode, bodyInfo, responseStatus, deliveryType,
  });
  timeline.bufferResource(resource);
  return resource;
}

const hidden = { __proto__: null, configurable: true, enumerable: false, writable: true };
const timing = new PerformanceNodeTiming();
Object.defineProperties(Performance.prototype, {
  eventLoopUtilization: { ...hidden, value: eventLoopUtilization },
  nodeTiming: { ...hidden, value: timing },
  markResourceTiming: { ...hidden, value: markResourceTiming },
  timerify: { ...hidden, value: timerify },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'Performance' },
});
for (const name of [
  'clearMarks', 'clearMeasures', 'clearResourceTimings', 'getEntries', 'getEntriesByName',
  'getEntriesByType', 'mark', 'measure', 'now', 'setResourceTimingBufferSize', 'timeOrigin',
  'toJSON',
]) {
  Object.defineProperty(Performance.prototype, name, kEnumerableProperty);
}
defineEventHandler(Performance.prototype, 'resourcetimingbufferfull');

const performance = new Performance(kSkipThrow);
timeline.setBufferFullHandler(() => {
  performance.dispatchEvent(new Event('resourcetimingbufferfull', { [kTrustEvent]: true }));
});

const constants = {
  NODE_PERFORMANCE_GC_MAJOR: 4,
  NODE_PERFORMANCE_GC_MINOR: 1,
  NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP: 2,
  NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16,
  NODE_PERFORMANCE_GC_FLAGS_NO: 0,
  NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
  NODE_PERFORMANCE_GC_FLAGS_FORCED: 4,
  NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
  NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16,
  NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32,
  NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64,
};

module.exports = {
  Performance,
  PerformanceEntry: entries.PerformanceEntry,
  PerformanceMark: entries.PerformanceMark,
  PerformanceMeasure: entries.PerformanceMeasure,
  PerformanceObserver: timeline.PerformanceObserver,
  PerformanceObserverEntryList: timeline.PerformanceObserverEntryList,
  PerformanceResourceTiming: entries.PerformanceResourceTiming,
  eventLoopUtilization,
  timerify,
  performance,
};
defineLazyProperties(module.exports, 'internal/perf/histogram',
                     ['createHistogram', 'monitorEventLoopDelay']);
Object.defineProperty(module.exports, 'constants', {
  __proto__: null, configurable: false, enumerable: true, value: Object.freeze(constants),
});
