'use strict';

// node:readline.

const {
  clearLine, clearScreenDown, cursorTo, moveCursor,
} = require('internal/readline/cursor');
const { Interface: Base } = require('internal/readline/interface');
const { emitKeypressEvents } = require('internal/readline/keypress');
const {
  AbortError,
  codes: { ERR_USE_AFTER_CLOSE },
} = require('internal/errors');
const { validateAbortSignal } = require('internal/validators');
const promises = require('readline/promises');

const kPromisified = Symbol.for('nodejs.util.promisify.custom');

// Callable without new.
function Interface(input, output, completer, terminal) {
  return Reflect.construct(Base, [input, output, completer, terminal], new.target ?? Interface);
}
Object.setPrototypeOf(Interface.prototype, Base.prototype);
Object.setPrototypeOf(Interface, Base);

Interface.prototype.question = function question(query, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  if (options === null || typeof options !== 'object') options = {};
  const { signal } = options;
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (signal !== undefined) {
    validateAbortSignal(signal, 'options.signal');
    if (signal.aborted) return;
    const onAbort = () => { this._cancelQuestion(); };
    signal.addEventListener('abort', onAbort, { once: true });
    const answer = callback;
    if (typeof answer === 'function') {
      callback = (text) => {
        signal.removeEventListener('abort', onAbort);
        return answer.call(this, text);
      };
    }
  }
  if (typeof callback === 'function') this._ask(query, callback);
};

Interface.prototype.question[kPromisified] = function question(query, options) {
  if (options === null || typeof options !== 'object') options = {};
  const { signal } = options;
  if (signal?.aborted) {
    return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => { reject(new AbortError(undefined, { cause: signal.reason })); };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.question(query, options, (text) => {
      signal?.removeEventListener('abort', onAbort);
      resolve(text);
    });
  });
};

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = {
  Interface,
  clearLine,
  clearScreenDown,
  createInterface,
  cursorTo,
  emitKeypressEvents,
  moveCursor,
  promises,
};
