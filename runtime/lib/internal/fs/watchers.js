'use strict';
// fs.watch (events of the kernel), fs.watchFile (polling) and fs.promises.watch.

const { EventEmitter } = require('events');
const {
  AbortError,
  codes: { ERR_FS_WATCH_QUEUE_OVERFLOW, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const {
  validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateObject,
  validateOneOf, validateUint32,
} = require('internal/validators');
const { resolve, relative, join } = require('path');
const { isRegExp } = require('internal/util/types');
const {
  assertEncoding, decodeName, getOptions, getValidatedPath, wantsBuffer,
} = require('internal/fs/utils');
const { emptyStats, statsFrom } = require('internal/fs/stats');
const { FSEvent } = internalBinding('watch');
const binding = internalBinding('fs');

// One kernel watch, or a tree of them, behind one interface: start(), close(), ref(), unref().
class PathEvents {
  #event = new FSEvent();
  constructor(onEvent) { this.#event.onchange = onEvent; }
  start(path, asBuffer) { this.#event.start(path, asBuffer); }
  close() { this.#event.close(); }
  ref() { this.#event.ref(); }
  unref() { this.#event.unref(); }
}

// Linux watches single directories: each folder of the tree gets a watch of its own, also those
// made later. Names are relative to the root.
class TreeEvents {
  #onEvent;
  #root;
  #watches = new Map();
  #referenced = true;
  #closed = false;
  constructor(onEvent) { this.#onEvent = onEvent; }

  start(path) {
    this.#root = String(path);
    const values = binding.statSync(this.#root, false, true);
    if (!statsFrom(values).isDirectory()) {
      const single = new PathEvents(this.#onEvent);
      single.start(this.#root, false);
      this.#watches.set(this.#root, single);
      return;
    }
    this.#add(this.#root, false);
  }

  #add(directory, isNew) {
    if (this.#closed || this.#watches.has(directory)) return;
    const events = new PathEvents((type, name) => this.#onChange(directory, type, name));
    try {
      events.start(directory, false);
    } catch (error) {
      // Gone again meanwhile: nothing to watch. The root must be there.
      if (directory === this.#root) throw error;
      return;
    }
    if (!this.#referenced) events.unref();
    this.#watches.set(directory, events);
    let pairs;
    try {
      pairs = binding.readdirTypesSync(directory, false);
    } catch {
      return;
    }
    for (let i = 0; i < pairs.length; i += 2) {
      const path = join(directory, pairs[i]);
      // What was put into a new folder before its watch began is reported too.
      if (isNew) this.#onEvent('rename', relative(this.#root, path));
      if (pairs[i + 1] === 2) this.#add(path, isNew);
    }
  }

  #onChange(directory, type, name) {
    const path = join(directory, name);
    const known = this.#watches.get(path);
    // A folder tells of its own end as well; its parent's word is enough.
    if (directory !== this.#root && path.endsWith(`/${name}/${name}`) && known === undefined) {
      const values = binding.lstatSync(path, false, false);
      if (values === undefined && binding.lstatSync(directory, false, false) === undefined) return;
    }
    this.#onEvent(type, relative(this.#root, path));
    if (this.#closed || type !== 'rename') return;
    const values = binding.lstatSync(path, false, false);
    if (values !== undefined && statsFrom(values).isDirectory()) {
      if (known === undefined) this.#add(path, true);
    } else if (known !== undefined) {
      this.#drop(path);
    }
  }

  #drop(path) {
    for (const [key, events] of this.#watches) {
      if (key !== path && !key.startsWith(`${path}/`)) continue;
      events.close();
      this.#watches.delete(key);
    }
  }

  close() {
    this.#closed = true;
    for (const events of this.#watches.values()) events.close();
    this.#watches.clear();
  }
  ref() {
    this.#referenced = true;
    for (const events of this.#watches.values()) events.ref();
  }
  unref() {
    this.#referenced = false;
    for (const events of this.#watches.values()) events.unref();
  }
}

function ignoreTest(ignore) {
  if (ignore == null) return () => false;
  const isList = Array.isArray(ignore);
  const tests = (isList ? ignore : [ignore]).map((each, i) => {
    const name = isList ? `options.ignore[${i}]` : 'options.ignore';
    if (typeof each === 'string') {
      if (each === '') throw new ERR_INVALID_ARG_VALUE(name, each, 'must be a non-empty string');
      const { matchGlobPattern } = require('internal/fs/glob');
      return (path) => matchGlobPattern(path, each) ||
        (!each.includes('/') && matchGlobPattern(path.slice(path.lastIndexOf('/') + 1), each));
    }
    if (isRegExp(each)) return (path) => each.test(path);
    if (typeof each !== 'function') {
      throw new ERR_INVALID_ARG_TYPE(name, ['string', 'RegExp', 'Function'], each);
    }
    return each;
  });
  return (name) => typeof name === 'string' && tests.some((test) => test(name));
}

function FSWatcher() {
  EventEmitter.call(this);
  this._handle = null;
  this._closed = false;
}
Object.setPrototypeOf(FSWatcher.prototype, EventEmitter.prototype);
Object.setPrototypeOf(FSWatcher, EventEmitter);

function startWatcher(watcher, filename, { persistent, recursive, encoding, ignore }) {
  filename = getValidatedPath(filename, 'filename');
  assertEncoding(encoding);
  const buffers = wantsBuffer(encoding);
  const ignored = ignoreTest(ignore);
  const onEvent = (eventType, name) => {
    if (watcher._closed || ignored(name)) return;
    watcher.emit('change', eventType, decodeName(name, encoding));
  };
  const events = recursive ? new TreeEvents(onEvent) : new PathEvents(onEvent);
  try {
    events.start(filename, buffers);
  } catch (error) {
    error.filename = filename;
    throw error;
  }
  if (!persistent) events.unref();
  watcher._handle = events;
}

FSWatcher.prototype.close = function() {
  if (this._closed) return;
  this._closed = true;
  this._handle?.close();
  this._handle = null;
  process.nextTick(() => this.emit('close'));
};
FSWatcher.prototype.ref = function() {
  this._handle?.ref();
  return this;
};
FSWatcher.prototype.unref = function() {
  this._handle?.unref();
  return this;
};

function watchOptions(options) {
  options = { persistent: true, recursive: false, encoding: 'utf8', ...getOptions(options) };
  if (options.persistent === undefined) options.persistent = true;
  if (options.recursive === undefined) options.recursive = false;
  validateBoolean(options.persistent, 'options.persistent');
  validateBoolean(options.recursive, 'options.recursive');
  return options;
}

function watch(filename, options, listener) {
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  options = watchOptions(options);
  const watcher = new FSWatcher();
  startWatcher(watcher, filename, options);
  if (listener) watcher.addListener('change', listener);
  const { signal } = options;
  if (signal) {
    if (signal.aborted) {
      process.nextTick(() => watcher.close());
    } else {
      const onAbort = () => watcher.close();
      signal.addEventListener('abort', onAbort, { once: true });
      watcher.once('close', () => signal.removeEventListener('abort', onAbort));
    }
  }
  return watcher;
}

async function* watchIterator(filename, options = {}) {
  validateObject(options, 'options');
  const { maxQueue = 2048, overflow = 'ignore', signal } = options;
  const checked = watchOptions(options);
  validateInteger(maxQueue, 'options.maxQueue');
  validateOneOf(overflow, 'options.overflow', ['ignore', 'error']);
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  const watcher = new FSWatcher();
  const queue = [];
  let wake = null;
  let failure = null;
  const notify = () => {
    wake?.();
    wake = null;
  };
  const onAbort = () => {
    failure = new AbortError(undefined, { cause: signal.reason });
    notify();
  };
  watcher.on('change', (eventType, name) => {
    if (queue.length < maxQueue) {
      queue.push({ __proto__: null, eventType, filename: name });
    } else if (overflow === 'error') {
      queue.length = 0;
      failure = new ERR_FS_WATCH_QUEUE_OVERFLOW(maxQueue);
    } else {
      process.emitWarning('fs.watch maxQueue exceeded');
    }
    notify();
  });
  startWatcher(watcher, filename, checked);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      while (queue.length > 0) yield queue.shift();
      if (failure !== null) throw failure;
      await new Promise((resolveWait) => { wake = resolveWait; });
    }
  } finally {
    watcher.close();
    signal?.removeEventListener('abort', onAbort);
  }
}

// Asks for the stats every `interval` and tells when they have changed.
function StatWatcher(big) {
  EventEmitter.call(this);
  this._bigint = big;
  this._timer = null;
  this._previous = null;
  this._stopped = true;
  this._referenced = true;
  this._listeners = 0;
}
Object.setPrototypeOf(StatWatcher.prototype, EventEmitter.prototype);
Object.setPrototypeOf(StatWatcher, EventEmitter);

const compared = ['mtimeMs', 'ctimeMs', 'birthtimeMs', 'size', 'ino', 'dev', 'mode', 'nlink',
                  'uid', 'gid'];

StatWatcher.prototype.start = function(filename, interval) {
  this._path = filename;
  this._interval = interval;
  this._stopped = false;
  this._ask();
};
StatWatcher.prototype._ask = function() {
  binding.stat(this._path, this._bigint, (error, values) => {
    if (this._stopped) return;
    const current = error ? emptyStats(this._bigint) : statsFrom(values);
    const previous = this._previous;
    this._previous = current;
    if (previous === null) {
      // Only a file that is not there is news at the first look.
      if (error) this.emit('change', current, emptyStats(this._bigint));
    } else if (compared.some((name) => previous[name] !== current[name])) {
      this.emit('change', current, previous);
    }
    if (this._stopped) return;
    this._timer = setTimeout(() => this._ask(), this._interval);
    if (!this._referenced) this._timer.unref();
  });
};
StatWatcher.prototype.stop = function() {
  if (this._stopped) return;
  this._stopped = true;
  clearTimeout(this._timer);
  process.nextTick(() => this.emit('stop'));
};
StatWatcher.prototype.close = StatWatcher.prototype.stop;
StatWatcher.prototype.ref = function() {
  this._referenced = true;
  this._timer?.ref();
  return this;
};
StatWatcher.prototype.unref = function() {
  this._referenced = false;
  this._timer?.unref();
  return this;
};

const statWatchers = new Map();

function watchFile(filename, options, listener) {
  filename = resolve(String(getValidatedPath(filename)));
  if (options === null || typeof options !== 'object') {
    listener = options;
    options = null;
  }
  options = { interval: 5007, persistent: true, ...options };
  validateFunction(listener, 'listener');
  validateUint32(options.interval, 'interval');
  let watcher = statWatchers.get(filename);
  if (watcher === undefined) {
    watcher = new StatWatcher(Boolean(options.bigint));
    if (!options.persistent) watcher.unref();
    watcher.start(filename, options.interval);
    statWatchers.set(filename, watcher);
  } else if (options.persistent) {
    watcher.ref();
  }
  watcher.addListener('change', listener);
  return watcher;
}

function unwatchFile(filename, listener) {
  filename = resolve(String(getValidatedPath(filename)));
  const watcher = statWatchers.get(filename);
  if (watcher === undefined) return;
  if (typeof listener === 'function') watcher.removeListener('change', listener);
  else watcher.removeAllListeners('change');
  if (watcher.listenerCount('change') === 0) {
    watcher.stop();
    statWatchers.delete(filename);
  }
}

module.exports = { FSWatcher, StatWatcher, unwatchFile, watch, watchFile, watchIterator };
