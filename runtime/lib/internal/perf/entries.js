'use strict';

// What the performance timeline holds: entries of marks, measures, timerified functions, resources.

const {
  codes: {
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_THIS,
    ERR_MISSING_ARGS,
    ERR_PERFORMANCE_INVALID_TIMESTAMP,
  },
} = require('internal/errors');
const { validateNumber, validateObject } = require('internal/validators');
const { customInspectSymbol, kEnumerableProperty } = require('internal/util');
const { now } = require('internal/perf/clock');

const kSkipThrow = Symbol('kSkipThrow');
const kName = Symbol('PerformanceEntry.Name');
const kEntryType = Symbol('PerformanceEntry.EntryType');
const kStartTime = Symbol('PerformanceEntry.StartTime');
const kDuration = Symbol('PerformanceEntry.Duration');
const kDetail = Symbol('PerformanceEntry.Detail');

const kNodeTimingNames = new Set([
  'nodeStart', 'v8Start', 'environment', 'loopStart', 'loopExit', 'bootstrapComplete',
]);

function inspectEntry(self, depth, options) {
  if (depth < 0) return self;
  const { inspect } = require('internal/util/inspect');
  return `${self.constructor.name} ${inspect(self.toJSON(), {
    ...options, depth: options.depth == null ? null : options.depth - 1,
  })}`;
}

class PerformanceEntry {
  constructor(skip, name, type, start, duration) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this[kName] = name;
    this[kEntryType] = type;
    this[kStartTime] = start;
    this[kDuration] = duration;
  }

  get name() {
    checkThis(this, 'PerformanceEntry');
    return this[kName];
  }

  get entryType() {
    checkThis(this, 'PerformanceEntry');
    return this[kEntryType];
  }

  get startTime() {
    checkThis(this, 'PerformanceEntry');
    return this[kStartTime];
  }

  get duration() {
    checkThis(this, 'PerformanceEntry');
    return this[kDuration];
  }

  toJSON() {
    checkThis(this, 'PerformanceEntry');
    return {
      name: this[kName],
      entryType: this[kEntryType],
      startTime: this[kStartTime],
      duration: this[kDuration],
    };
  }

  [customInspectSymbol](depth, options) {
    return inspectEntry(this, depth, options);
  }
}

function checkThis(value, name) {
  if (value?.[kName] === undefined) throw new ERR_INVALID_THIS(name);
}

function exposed(Class, names) {
  for (const name of names) Object.defineProperty(Class.prototype, name, kEnumerableProperty);
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null, configurable: true, value: Class.name,
  });
}
exposed(PerformanceEntry, ['name', 'entryType', 'startTime', 'duration', 'toJSON']);

// The runtime's own entries (timerified functions, connections) carry a detail.
class PerformanceNodeEntry extends PerformanceEntry {
  get detail() {
    return this[kDetail];
  }

  toJSON() {
    return { ...super.toJSON(), detail: this[kDetail] };
  }
}

function createNodeEntry(name, type, start, duration, detail) {
  const entry = new PerformanceNodeEntry(kSkipThrow, name, type, start, duration);
  entry[kDetail] = detail;
  // The arguments of a timed call are properties of its entry as well.
  if (type === 'function') detail.forEach((value, i) => { entry[i] = value; });
  return entry;
}

class PerformanceMark {
  constructor(name, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (kNodeTimingNames.has(name)) throw new ERR_INVALID_ARG_VALUE('name', name);
    if (options != null) validateObject(options, 'options');
    const startTime = options?.startTime ?? now();
    validateNumber(startTime, 'startTime');
    if (startTime < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(startTime);
    let detail = options?.detail;
    detail = detail == null ? null : structuredClone(detail);
    this[kName] = name;
    this[kEntryType] = 'mark';
    this[kStartTime] = startTime;
    this[kDuration] = 0;
    this[kDetail] = detail;
  }

  get detail() {
    checkThis(this, 'PerformanceMark');
    return this[kDetail];
  }

  toJSON() {
    return { ...PerformanceEntry.prototype.toJSON.call(this), detail: this[kDetail] };
  }
}
Object.setPrototypeOf(PerformanceMark, PerformanceEntry);
Object.setPrototypeOf(PerformanceMark.prototype, PerformanceEntry.prototype);
exposed(PerformanceMark, ['detail']);

class PerformanceMeasure extends PerformanceEntry {
  constructor(skip, name, start, duration, detail) {
    super(skip, name, 'measure', start, duration);
    this[kDetail] = detail;
  }

  get detail() {
    checkThis(this, 'PerformanceMeasure');
    return this[kDetail];
  }

  toJSON() {
    return { ...super.toJSON(), detail: this[kDetail] };
  }
}
exposed(PerformanceMeasure, ['detail']);

const kInfo = Symbol('kInfo');
const kTimes = {
  workerStart: 'finalServiceWorkerStartTime',
  redirectStart: 'redirectStartTime',
  redirectEnd: 'redirectEndTime',
  fetchStart: 'postRedirectStartTime',
  requestStart: 'finalNetworkRequestStartTime',
  responseStart: 'finalNetworkResponseStartTime',
  responseEnd: 'endTime',
  encodedBodySize: 'encodedBodySize',
  decodedBodySize: 'decodedBodySize',
};
const kConnectionTimes = {
  domainLookupStart: 'domainLookupStartTime',
  domainLookupEnd: 'domainLookupEndTime',
  connectStart: 'connectionStartTime',
  connectEnd: 'connectionEndTime',
  secureConnectionStart: 'secureConnectionStartTime',
  nextHopProtocol: 'ALPNNegotiatedProtocol',
};

class PerformanceResourceTiming extends PerformanceEntry {
  constructor(skip, name, info) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super(skip, name, 'resource', info.timing.startTime, info.timing.endTime -
      info.timing.startTime);
    this[kInfo] = info;
  }

  get initiatorType() { return this[kInfo].initiatorType; }
  get deliveryType() { return this[kInfo].deliveryType; }
  get responseStatus() { return this[kInfo].responseStatus; }
  get transferSize() {
    if (this[kInfo].cacheMode === 'local') return 0;
    if (this[kInfo].cacheMode === 'validated') return 300;
    return this[kInfo].timing.encodedBodySize + 300;
  }

  toJSON() {
    const json = { ...super.toJSON(), initiatorType: this.initiatorType };
    for (const key of ['nextHopProtocol', 'workerStart', 'redirectStart', 'redirectEnd',
                       'fetchStart', 'domainLookupStart', 'domainLookupEnd', 'connectStart',
                       'connectEnd', 'secureConnectionStart', 'requestStart', 'responseStart',
                       'responseEnd', 'transferSize', 'encodedBodySize', 'decodedBodySize',
                       'deliveryType', 'responseStatus']) {
      json[key] = this[key];
    }
    return json;
  }
}
for (const key of Object.keys(kTimes)) {
  Object.defineProperty(PerformanceResourceTiming.prototype, key, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return this[kInfo].timing[kTimes[key]]; },
  });
}
for (const key of Object.keys(kConnectionTimes)) {
  Object.defineProperty(PerformanceResourceTiming.prototype, key, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return this[kInfo].timing.finalConnectionTimingInfo?.[kConnectionTimes[key]];
    },
  });
}
exposed(PerformanceResourceTiming,
        ['initiatorType', 'deliveryType', 'responseStatus', 'transferSize', 'toJSON']);

module.exports = {
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceResourceTiming,
  createMeasure: (name, start, duration, detail) => {
    return new PerformanceMeasure(kSkipThrow, name, start, duration, detail);
  },
  createNodeEntry,
  createResource: (name, info) => new PerformanceResourceTiming(kSkipThrow, name, info),
  kNodeTimingNames,
};
