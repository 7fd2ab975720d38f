'use strict';

// node:console. The global console writes to process.stdout and process.stderr, which are looked up
// on first use, so that programs that print nothing open nothing.

const {
  codes: {
    ERR_CONSOLE_WRITABLE_STREAM,
    ERR_INCOMPATIBLE_OPTION_PAIR,
  },
  isStackOverflowError,
} = require('internal/errors');
const {
  validateArray,
  validateInteger,
  validateObject,
  validateOneOf,
  validateString,
} = require('internal/validators');
const { inspect } = require('internal/util/inspect');
const { formatWithOptionsInternal } = require('internal/util/format');

const kState = Symbol('kState');
const kColorInspectOptions = { colors: true };
const kNoColorInspectOptions = {};
const kMaxGroupIndentation = 1000;

function noop() {}

// What a console keeps. The global one names the streams by property of process.
class State {
  constructor(streams, options) {
    this.streams = streams;
    this.ignoreErrors = options.ignoreErrors;
    this.colorMode = options.colorMode;
    this.inspectOptions = options.inspectOptions;
    this.groupIndentationWidth = options.groupIndentation;
    this.groupIndent = '';
    this.counts = new Map();
    this.timers = new Map();
    this.bound = { stdout: undefined, stderr: undefined };
  }

  stream(name) {
    return this.streams[name];
  }

  // Colours and other options for one stream.
  optionsFor(stream) {
    let color = this.colorMode;
    if (color === 'auto') {
      color = stream.isTTY === true &&
        (typeof stream.getColorDepth !== 'function' || stream.getColorDepth() > 2);
    }
    const options = this.inspectOptions instanceof Map
      ? this.inspectOptions.get(stream)
      : this.inspectOptions;
    if (options) return options.colors === undefined ? { ...options, colors: color } : options;
    return color ? kColorInspectOptions : kNoColorInspectOptions;
  }

  write(useStderr, text) {
    const stream = this.stream(useStderr ? 'stderr' : 'stdout');
    if (this.groupIndent.length !== 0) {
      text = text.includes('\n')
        ? text.replaceAll('\n', `\n${this.groupIndent}`)
        : text;
      text = this.groupIndent + text;
    }
    text += '\n';
    if (this.ignoreErrors === false) {
      stream.write(text);
      return;
    }
    // A console must not fail because its reader went away.
    if (stream.listenerCount?.('error') === 0) {
      stream.once('error', noop);
      try {
        stream.write(text, this.onWritten(stream));
      } catch (error) {
        if (isStackOverflowError(error)) throw error;
      } finally {
        if (!stream.writableNeedDrain) stream.removeListener('error', noop);
      }
      return;
    }
    try {
      stream.write(text, this.onWritten(stream));
    } catch (error) {
      if (isStackOverflowError(error)) throw error;
    }
  }

  // An error reported through the callback is followed by an 'error' event: keep that quiet too.
  onWritten(stream) {
    const key = stream === this.streams.stderr ? 'stderr' : 'stdout';
    return (this.bound[key] ??= (error) => {
      if (error == null || stream._writableState?.errorEmitted) return;
      if (stream.listenerCount('error') === 0) stream.once('error', noop);
    });
  }

  print(useStderr, args) {
    if (args.length === 1 && typeof args[0] === 'string') {
      this.write(useStderr, args[0]);
      return;
    }
    if (args.length === 0) {
      this.write(useStderr, '');
      return;
    }
    const stream = this.stream(useStderr ? 'stderr' : 'stdout');
    this.write(useStderr, formatWithOptionsInternal(this.optionsFor(stream), args));
  }
}

function checkInspectOptions(inspectOptions, colorMode) {
  if (inspectOptions === undefined) return;
  if (inspectOptions instanceof Map) {
    for (const [, options] of inspectOptions) checkOne(options);
  } else {
    checkOne(inspectOptions);
  }
  function checkOne(options) {
    validateObject(options, 'options.inspectOptions', 4 | 2);
    if (options.colors !== undefined && colorMode !== undefined) {
      throw new ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode');
    }
  }
}

function Console(options) {
  // `Console(...)` without new makes one as well.
  if (!new.target) return Reflect.construct(Console, arguments);
  if (!options || typeof options.write === 'function') {
    options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] };
  }
  const {
    stdout,
    stderr = stdout,
    ignoreErrors = true,
    colorMode = 'auto',
    inspectOptions,
    groupIndentation,
  } = options;
  if (!stdout || typeof stdout.write !== 'function') {
    throw new ERR_CONSOLE_WRITABLE_STREAM('stdout');
  }
  if (!stderr || typeof stderr.write !== 'function') {
    throw new ERR_CONSOLE_WRITABLE_STREAM('stderr');
  }
  validateOneOf(colorMode, 'colorMode', ['auto', true, false]);
  if (groupIndentation !== undefined) {
    validateInteger(groupIndentation, 'groupIndentation', 0, kMaxGroupIndentation);
  }
  checkInspectOptions(inspectOptions, options.colorMode);
  const state = new State({ stdout, stderr }, {
    ignoreErrors, colorMode, inspectOptions, groupIndentation: groupIndentation ?? 2,
  });
  setUp(this, state);
  // Methods work when taken off the object.
  for (const key of Reflect.ownKeys(Console.prototype)) {
    if (key === 'constructor') continue;
    defineMethod(this, key, this[key].bind(this));
  }
}

function defineMethod(target, key, value) {
  Object.defineProperty(target, key, {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });
  Object.defineProperty(value, 'name', { __proto__: null, value: key, configurable: true });
}

function setUp(target, state) {
  const hidden = { __proto__: null, writable: true, enumerable: false, configurable: true };
  Object.defineProperties(target, {
    [kState]: { ...hidden, value: state },
    _stdout: { ...streamProperty(state, 'stdout'), configurable: true },
    _stderr: { ...streamProperty(state, 'stderr'), configurable: true },
    _stdoutErrorHandler: { ...hidden, value: noop },
    _stderrErrorHandler: { ...hidden, value: noop },
    _ignoreErrors: { ...hidden, value: state.ignoreErrors },
    _times: { ...hidden, value: state.timers },
    [Symbol.toStringTag]: {
      __proto__: null, writable: false, enumerable: false, configurable: true, value: 'console',
    },
  });
}

function streamProperty(state, name) {
  return {
    __proto__: null,
    get: () => state.stream(name),
    set: (value) => {
      Object.defineProperty(state.streams, name, {
        __proto__: null, value, writable: true, configurable: true,
      });
    },
    enumerable: false,
  };
}

// console.log and its likes are watched through diagnostics channels of their names.
const channels = { __proto__: null };
function channelOf(name) {
  return (channels[name] ??= require('diagnostics_channel').channel(`console.${name}`));
}

function printer(name, useStderr) {
  return { [name](...args) {
    const channel = channelOf(name);
    if (channel.hasSubscribers) channel.publish(args);
    this[kState].print(useStderr, args);
  } }[name];
}

const consoleMethods = {
  log: printer('log', false),
  warn: printer('warn', true),
  error: printer('error', true),
  dir(object, options) {
    const state = this[kState];
    state.write(false, inspect(object, {
      customInspect: false,
      ...state.optionsFor(state.stream('stdout')),
      ...options,
    }));
  },
  time(label = 'default') {
    const name = `${label}`;
    const { timers } = this[kState];
    if (timers.has(name)) {
      process.emitWarning(`Label '${name}' already exists for console.time()`);
      return;
    }
    timers.set(name, process.hrtime());
  },
  timeEnd(label = 'default') {
    const name = `${label}`;
    if (logElapsed(this, name, 'timeEnd')) this[kState].timers.delete(name);
  },
  timeLog(label = 'default', ...data) {
    logElapsed(this, `${label}`, 'timeLog', data);
  },
  trace(...args) {
    const error = {
      name: 'Trace',
      message: formatWithOptionsInternal(
        this[kState].optionsFor(this[kState].stream('stderr')), args),
    };
    Error.captureStackTrace(error, this === globalConsole ? globalTrace : Console.prototype.trace);
    this.error(error.stack);
  },
  assert(expression, ...args) {
    if (expression) return;
    if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
    else args.unshift('Assertion failed');
    Reflect.apply(this.warn, this, args);
  },
  clear() {
    const stdout = this[kState].stream('stdout');
    if (stdout.isTTY && process.env.TERM !== 'dumb') stdout.write('\u001b[1;1H\u001b[0J');
  },
  count(label = 'default') {
    const name = `${label}`;
    const { counts } = this[kState];
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    this.log(`${name}: ${count}`);
  },
  countReset(label = 'default') {
    const name = `${label}`;
    const { counts } = this[kState];
    if (!counts.has(name)) {
      process.emitWarning(`Count for '${name}' does not exist`);
      return;
    }
    counts.delete(name);
  },
  group(...data) {
    if (data.length > 0) Reflect.apply(this.log, this, data);
    const state = this[kState];
    state.groupIndent += ' '.repeat(state.groupIndentationWidth);
  },
  groupEnd() {
    const state = this[kState];
    const { groupIndent, groupIndentationWidth } = state;
    state.groupIndent = groupIndent.slice(0, groupIndent.length - groupIndentationWidth);
  },
  table(data, properties) {
    if (data === null || typeof data !== 'object') return this.log(data);
    if (properties !== undefined) validateArray(properties, 'properties');
    const { tableFor } = require('internal/console_table');
    this.log(tableFor(data, properties, (value, depth) => inspect(value, {
      ...consolePropsToRestore(this),
      maxArrayLength: 3,
      breakLength: Infinity,
      depth,
    })));
  },
};
consoleMethods.debug = printer('debug', false);
consoleMethods.info = printer('info', false);
consoleMethods.dirxml = consoleMethods.log;
consoleMethods.groupCollapsed = consoleMethods.group;

function consolePropsToRestore(target) {
  const state = target[kState];
  return state.optionsFor(state.stream('stdout'));
}

// "label: 1.234ms data"; false if there is no such timer.
function logElapsed(target, name, method, data) {
  const start = target[kState].timers.get(name);
  if (start === undefined) {
    process.emitWarning(`No such label '${name}' for console.${method}()`);
    return false;
  }
  const elapsed = process.hrtime(start);
  const text = formatTime(elapsed[0] * 1000 + elapsed[1] / 1e6);
  if (data === undefined) target.log('%s: %s', name, text);
  else target.log('%s: %s', name, text, ...data);
  return true;
}

function pad(value) {
  return `${value}`.padStart(2, '0');
}

function formatTime(ms) {
  let hours = 0;
  let minutes = 0;
  let seconds = 0;
  if (ms >= 1000) {
    if (ms >= 60_000) {
      if (ms >= 3_600_000) {
        hours = Math.floor(ms / 3_600_000);
        ms %= 3_600_000;
      }
      minutes = Math.floor(ms / 60_000);
      ms %= 60_000;
    }
    seconds = ms / 1000;
  }
  if (hours !== 0 || minutes !== 0) {
    const { 0: whole, 1: fraction } = seconds.toFixed(3).split('.');
    const text = hours !== 0 ? `${hours}:${pad(minutes)}` : minutes;
    return `${text}:${pad(whole)}.${fraction} (${hours !== 0 ? 'h:m' : ''}m:ss.mmm)`;
  }
  if (seconds !== 0) return `${seconds.toFixed(3)}s`;
  return `${Number(ms.toFixed(3))}ms`;
}

for (const key of Object.keys(consoleMethods)) {
  Console.prototype[key] = { [key](...args) {
    return Reflect.apply(consoleMethods[key], this, args);
  } }[key];
}

// The global console: a plain object whose methods are bound, with the streams found lazily.
const globalConsole = Object.create({});
const globalStreams = {
  get stdout() { return process.stdout; },
  get stderr() { return process.stderr; },
};
const globalState = new State(globalStreams, {
  ignoreErrors: true, colorMode: 'auto', inspectOptions: undefined, groupIndentation: 2,
});
for (const key of Object.keys(consoleMethods)) {
  const method = consoleMethods[key];
  defineMethod(globalConsole, key, { [key](...args) {
    return Reflect.apply(method, globalConsole, args);
  } }[key]);
}
const globalTrace = globalConsole.trace;
setUp(globalConsole, globalState);
defineMethod(globalConsole, 'Console', Console);
Object.defineProperty(Console, Symbol.hasInstance, {
  __proto__: null,
  value(instance) {
    return instance === null || typeof instance !== 'object' ? false : kState in instance;
  },
});
// An inspector would fill these in; without one they have nothing to tell.
for (const key of ['profile', 'profileEnd', 'timeStamp']) {
  defineMethod(globalConsole, key, { [key]() {} }[key]);
}
// Stacks of a debugger would go on across tasks; without one a task only runs its function.
defineMethod(globalConsole, 'createTask', function createTask(name) {
  validateString(name, 'name');
  return { run: (fn) => fn() };
});
defineMethod(globalConsole, 'context', function context() { return {}; });

module.exports = globalConsole;
