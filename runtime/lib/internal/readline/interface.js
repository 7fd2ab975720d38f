'use strict';

// What both readline modules' Interface share: reading lines from any stream, prompting, pausing,
// closing. What a terminal adds lies in line_editor.js.

const EventEmitter = require('events');
const { StringDecoder } = require('string_decoder');
const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_USE_AFTER_CLOSE },
} = require('internal/errors');
const {
  validateAbortSignal, validateArray, validateNumber, validateString, validateUint32,
} = require('internal/validators');
const { kFirstEventParam } = require('internal/events_on');
const editor = require('internal/readline/line_editor');
const { emitKeypressEvents } = require('internal/readline/keypress');

const kLines = Symbol('kLines');
const kMinCrlfDelay = 100;
const kHistorySize = 30;
const kLineEnd = /\r\n|\n|\r(?!\n)|\u2028|\u2029/g;

function readOptions(input, output, completer, terminal) {
  if (input?.input === undefined) return { input, output, completer, terminal };
  return input;
}

function checkOptions(options) {
  const { completer, escapeCodeTimeout, history, historySize, signal, tabSize } = options;
  if (completer !== undefined && typeof completer !== 'function') {
    throw new ERR_INVALID_ARG_VALUE('completer', completer);
  }
  if (history !== undefined) validateArray(history, 'history');
  if (historySize !== undefined) validateNumber(historySize, 'historySize', 0);
  if (tabSize !== undefined) validateUint32(tabSize, 'tabSize', true);
  if (escapeCodeTimeout !== undefined && !Number.isFinite(escapeCodeTimeout)) {
    throw new ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', escapeCodeTimeout);
  }
  if (signal) validateAbortSignal(signal, 'options.signal');
}

class Interface extends EventEmitter {
  constructor(input, output, completer, terminal) {
    super();
    const options = readOptions(input, output, completer, terminal);
    checkOptions(options);
    const { historySize = kHistorySize } = options;
    this.input = options.input;
    this.output = options.output;
    this.terminal = options.terminal === undefined ? Boolean(this.output?.isTTY)
                                                   : Boolean(options.terminal);
    this.line = '';
    this.cursor = 0;
    this.closed = false;
    this.paused = false;
    this.historySize = historySize;
    this.history = this.terminal || options.history !== undefined ? options.history ?? [] : [];
    this.historyIndex = -1;
    this.removeHistoryDuplicates = Boolean(options.removeHistoryDuplicates);
    this.tabSize = options.tabSize ?? 8;
    this.escapeCodeTimeout = options.escapeCodeTimeout ?? 500;
    const { crlfDelay } = options;
    this.crlfDelay = crlfDelay ? Math.max(kMinCrlfDelay, crlfDelay) : kMinCrlfDelay;
    this.isCompletionEnabled = true;
    this._sawReturnAt = 0;
    this._sawKeyPress = false;
    this._previousKey = null;
    this._questionCallback = null;
    this._completer = options.completer;
    this.setPrompt(options.prompt === undefined ? '> ' : `${options.prompt}`);
    this._decoder = undefined;
    this._lineBuffer = '';
    if (this.terminal) this._listenAsTerminal();
    else this._listenAsStream();
    if (options.signal) this._closeOn(options.signal);
    this.input.resume();
  }

  _closeOn(signal) {
    const onAbort = () => { this.close(); };
    if (signal.aborted) {
      process.nextTick(onAbort);
    } else {
      signal.addEventListener('abort', onAbort, { once: true });
      this.once('close', () => { signal.removeEventListener('abort', onAbort); });
    }
  }

  _listenAsStream() {
    this.terminal = false;
    const onData = (chunk) => { this._normalWrite(chunk); };
    const onEnd = () => {
      if (this._lineBuffer.length > 0) this._onLine(this._lineBuffer);
      this._lineBuffer = '';
      this.close();
    };
    const { input } = this;
    this._decoder = new StringDecoder('utf8');
    const onError = (error) => { this.emit('error', error); };
    input.on('error', onError);
    input.on('data', onData);
    input.on('end', onEnd);
    this.once('close', () => {
      input.removeListener('data', onData);
      input.removeListener('error', onError);
      input.removeListener('end', onEnd);
    });
  }

  _listenAsTerminal() {
    const { input, output } = this;
    const onKey = (text, key) => {
      this._ttyWrite(text, key);
      if (key?.sequence) {
        // A wide character that the screen cut in half leaves the cursor in the wrong column.
        const code = key.sequence.codePointAt(0);
        if (code >= 0xd800 && code <= 0xdfff) this._refreshLine();
      }
    };
    const onEnd = () => {
      if (typeof this.line === 'string' && this.line.length > 0) this.emit('line', this.line);
      this.close();
    };
    const onResize = () => { this._refreshLine(); };
    const onError = (error) => { this.emit('error', error); };
    emitKeypressEvents(input, this);
    input.on('error', onError);
    input.on('keypress', onKey);
    input.on('end', onEnd);
    this._setRawMode(true);
    output?.on?.('resize', onResize);
    this.once('close', () => {
      input.removeListener('keypress', onKey);
      input.removeListener('error', onError);
      input.removeListener('end', onEnd);
      output?.removeListener?.('resize', onResize);
    });
  }

  get columns() {
    return this.output?.columns ? this.output.columns : Infinity;
  }

  setPrompt(prompt) {
    this._prompt = prompt;
  }

  getPrompt() {
    return this._prompt;
  }

  _setRawMode(mode) {
    const { input } = this;
    const wasRaw = input.isRaw;
    if (typeof input.setRawMode === 'function') input.setRawMode(mode);
    return wasRaw;
  }

  prompt(preserveCursor) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) this.resume();
    if (this.terminal && process.env.TERM !== 'dumb') {
      if (!preserveCursor) this.cursor = 0;
      this._refreshLine();
    } else {
      this._writeToOutput(this._prompt);
    }
  }

  // question() of both modules. A question while one is open only repeats the prompt.
  _ask(query, callback) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this._questionCallback) {
      this.prompt();
      return;
    }
    this._oldPrompt = this._prompt;
    this.setPrompt(query);
    this._questionCallback = callback;
    this.prompt();
  }

  _cancelQuestion() {
    this._questionCallback = null;
    this.setPrompt(this._oldPrompt);
    this.clearLine();
  }

  _onLine(line) {
    const callback = this._questionCallback;
    if (callback) {
      this._questionCallback = null;
      this.setPrompt(this._oldPrompt);
      callback(line);
    } else {
      this.emit('line', line);
    }
  }

  _writeToOutput(text) {
    validateString(text, 'stringToWrite');
    if (this.output !== null && this.output !== undefined) this.output.write(text);
  }

  close() {
    if (this.closed) return;
    this.pause();
    if (this.terminal) this._setRawMode(false);
    this.closed = true;
    this.emit('close');
  }

  [Symbol.dispose]() {
    this.close();
  }

  pause() {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) return this;
    this.input.pause();
    this.paused = true;
    this.emit('pause');
    return this;
  }

  resume() {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (!this.paused) return this;
    this.input.resume();
    this.paused = false;
    this.emit('resume');
    return this;
  }

  write(data, key) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) this.resume();
    if (this.terminal) this._ttyWrite(data, key);
    else this._normalWrite(data);
  }

  // Splits what came into lines. A CR at the end of one chunk and an LF at the start of the next
  // are one line end when they come within crlfDelay.
  _normalWrite(chunk) {
    if (chunk === undefined) return;
    let text = typeof chunk === 'string' ? chunk : this._decoder.write(chunk);
    if (this._sawReturnAt && Date.now() - this._sawReturnAt <= this.crlfDelay) {
      if (text.startsWith('\n')) text = text.slice(1);
      this._sawReturnAt = 0;
    }
    kLineEnd.lastIndex = 0;
    let match = kLineEnd.exec(text);
    if (match === null) {
      this._lineBuffer += text;
      return;
    }
    if (text.endsWith('\r')) this._sawReturnAt = Date.now();
    const lines = [];
    let start = 0;
    while (match !== null) {
      lines.push(text.slice(start, match.index));
      start = kLineEnd.lastIndex;
      match = kLineEnd.exec(text);
    }
    lines[0] = this._lineBuffer + lines[0];
    this._lineBuffer = text.slice(start);
    for (const line of lines) this._onLine(line);
  }

  // One iterator for all loops; leaving a loop closes the interface.
  [Symbol.asyncIterator]() {
    if (this[kLines] === undefined) {
      const lines = EventEmitter.on(this, 'line', {
        close: ['close'], highWaterMark: 1024, [kFirstEventParam]: true,
      });
      const stop = lines.return;
      lines.return = () => {
        this.close();
        return stop.call(lines);
      };
      Object.defineProperty(this, kLines, { __proto__: null, value: lines });
    }
    return this[kLines];
  }
}

for (const [name, method] of Object.entries(editor)) {
  Object.defineProperty(Interface.prototype, name, {
    __proto__: null, value: method, writable: true, configurable: true, enumerable: false,
  });
}

module.exports = { Interface };
