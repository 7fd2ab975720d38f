'use strict';

// Editing one line on a terminal: methods of Interface (readline), by the names that programs and
// packages know and replace.

const { clearScreenDown, cursorTo, moveCursor } = require('internal/readline/cursor');
const { charLength, charLengthBefore } = require('internal/readline/keypress');
const {
  getStringWidth, inspect, stripVTControlCharacters,
} = require('internal/util/inspect');

const kUndoLimit = 2048;
const kYankLimit = 32;
const kWordBefore = /^\s*(?:[^\w\s]+|\w+)?/;
const kWordAfter = /^(?:\s+|[^\w\s]+|\w+)\s*/;
const kLineBreaks = /\r\n|\n|\r/;

function reversed(text) {
  return [...text].reverse().join('');
}

// ---- where things are ----

// Row and column after `text`, from the start of the prompt.
function _getDisplayPos(text) {
  let offset = 0;
  let rows = 0;
  const { columns } = this;
  for (const character of stripVTControlCharacters(text)) {
    if (character === '\n') {
      rows += Math.ceil(offset / columns) || 1;
      offset = 0;
    } else if (character === '\t') {
      offset += this.tabSize - (offset % this.tabSize);
    } else {
      const width = getStringWidth(character, false);
      // A wide character does not straddle two rows.
      if (width === 2 && (offset + 1) % columns === 0) offset++;
      offset += width;
    }
  }
  const cols = offset % columns;
  rows += (offset - cols) / columns;
  return { cols, rows };
}

function getCursorPos() {
  return this._getDisplayPos(this._prompt + this.line.slice(0, this.cursor));
}

function _moveCursor(distance) {
  if (distance === 0) return;
  const before = this.getCursorPos();
  this.cursor = Math.min(Math.max(this.cursor + distance, 0), this.line.length);
  const after = this.getCursorPos();
  if (before.rows === after.rows) moveCursor(this.output, after.cols - before.cols, 0);
  else this._refreshLine();
}

// ---- showing ----

function _refreshLine() {
  const text = this._prompt + this.line;
  const end = this._getDisplayPos(text);
  const position = this.getCursorPos();
  const previousRows = this.prevRows ?? 0;
  if (previousRows > 0) moveCursor(this.output, 0, -previousRows);
  cursorTo(this.output, 0);
  clearScreenDown(this.output);
  this._writeToOutput(text);
  // The cursor stays on the last row until something is written below it.
  if (end.cols === 0) this._writeToOutput(' ');
  cursorTo(this.output, position.cols);
  if (end.rows > position.rows) moveCursor(this.output, 0, position.rows - end.rows);
  this.prevRows = position.rows;
}

function clearLine() {
  this._moveCursor(Infinity);
  this._writeToOutput('\r\n');
  this.line = '';
  this.cursor = 0;
  this.prevRows = 0;
}

// ---- changing the text, undo, kill ring ----

function _beforeEdit(text, cursor) {
  this._undoStack ??= [];
  this._undoStack.push({ text, cursor });
  if (this._undoStack.length > kUndoLimit) this._undoStack.shift();
}

function restore(rl, from, to) {
  const entry = from?.pop();
  if (entry === undefined) return;
  to.push({ text: rl.line, cursor: rl.cursor });
  rl.line = entry.text;
  rl.cursor = entry.cursor;
  rl._refreshLine();
}

function _undo() {
  this._redoStack ??= [];
  restore(this, this._undoStack, this._redoStack);
}

function _redo() {
  this._undoStack ??= [];
  restore(this, this._redoStack, this._undoStack);
}

function _insertString(text) {
  this._beforeEdit(this.line, this.cursor);
  if (this.cursor < this.line.length) {
    this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
    this.cursor += text.length;
    this._refreshLine();
    return;
  }
  const before = this.getCursorPos();
  this.line += text;
  this.cursor += text.length;
  const after = this.getCursorPos();
  if (before.rows < after.rows) this._refreshLine();
  else this._writeToOutput(text);
}

// Removes [from, to) and keeps it for yank when `kill`.
function removeRange(rl, from, to, kill) {
  if (from === to) return;
  rl._beforeEdit(rl.line, rl.cursor);
  const removed = rl.line.slice(from, to);
  rl.line = rl.line.slice(0, from) + rl.line.slice(to);
  rl.cursor = from;
  if (kill) {
    rl._killRing ??= [];
    rl._killCursor = 0;
    rl._killRing.unshift(removed);
    if (rl._killRing.length > kYankLimit) rl._killRing.pop();
  }
  rl._refreshLine();
}

function _deleteLeft() {
  const size = charLengthBefore(this.line, this.cursor);
  removeRange(this, this.cursor - size, this.cursor, false);
}

function _deleteRight() {
  if (this.cursor >= this.line.length) return;
  removeRange(this, this.cursor, this.cursor + charLength(this.line, this.cursor), false);
}

function lengthOfWordBefore(rl) {
  const before = reversed(rl.line.slice(0, rl.cursor));
  return kWordBefore.exec(before)?.[0].length ?? 0;
}

function lengthOfWordAfter(rl) {
  return kWordAfter.exec(rl.line.slice(rl.cursor))?.[0].length ?? 0;
}

function _deleteWordLeft() {
  removeRange(this, this.cursor - lengthOfWordBefore(this), this.cursor, false);
}

function _deleteWordRight() {
  removeRange(this, this.cursor, this.cursor + lengthOfWordAfter(this), false);
}

function _deleteLineLeft() {
  removeRange(this, 0, this.cursor, true);
}

function _deleteLineRight() {
  removeRange(this, this.cursor, this.line.length, true);
}

function _wordLeft() {
  this._moveCursor(-lengthOfWordBefore(this));
}

function _wordRight() {
  this._moveCursor(lengthOfWordAfter(this));
}

function _yank() {
  if (!this._killRing?.length) return;
  this._isYanking = true;
  this._insertString(this._killRing[this._killCursor]);
}

// Replaces what was just put back by what was removed before it.
function _yankPop() {
  if (!this._isYanking || this._killRing.length < 2) return;
  const shown = this._killRing[this._killCursor];
  this._killCursor = (this._killCursor + 1) % this._killRing.length;
  const next = this._killRing[this._killCursor];
  this.line = this.line.slice(0, this.cursor - shown.length) + next + this.line.slice(this.cursor);
  this.cursor += next.length - shown.length;
  this._refreshLine();
}

// ---- lines and history ----

function _addHistory() {
  const { line, history } = this;
  if (line.length === 0) return '';
  if (!history || !(this.historySize > 0) || line.trim().length === 0) return line;
  if (history.length === 0 || history[0] !== line) {
    if (this.removeHistoryDuplicates) {
      const at = history.indexOf(line);
      if (at !== -1) history.splice(at, 1);
    }
    history.unshift(line);
    if (history.length > this.historySize) history.length = this.historySize;
  }
  this.historyIndex = -1;
  const [entry] = history;
  // Listeners may take secrets out of it.
  this.emit('history', history);
  return entry;
}

function _line() {
  const line = this._addHistory();
  this._undoStack = [];
  this._redoStack = [];
  this.clearLine();
  this._onLine(line);
}

// Steps to the next entry that begins with what was typed before the first step.
function stepHistory(rl, step) {
  const { history } = rl;
  rl._beforeEdit(rl.line, rl.cursor);
  const search = rl._substringSearch ?? '';
  let index = rl.historyIndex + step;
  while (index >= 0 && index < history.length &&
         (!history[index].startsWith(search) || rl.line === history[index])) {
    index += step;
  }
  const isOutside = index < 0 || index >= history.length;
  rl.historyIndex = step > 0 ? Math.min(index, history.length) : index;
  rl.line = isOutside ? search : history[index];
  rl.cursor = rl.line.length;
  rl._refreshLine();
}

function _historyNext() {
  if (this.history && this.historyIndex >= 0) stepHistory(this, -1);
}

function _historyPrev() {
  if (this.history?.length && this.historyIndex < this.history.length) stepHistory(this, 1);
}

// ---- completion ----

function commonPrefix(words) {
  if (words.length === 0) return '';
  const sorted = words.slice().sort();
  const [first] = sorted;
  const last = sorted[sorted.length - 1];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}

function _tabComplete(wasTabBefore) {
  this.pause();
  const text = this.line.slice(0, this.cursor);
  const done = (error, answer) => {
    if (this.closed) return;
    this.resume();
    if (error) this._writeToOutput(`Tab completion error: ${inspect(error)}`);
    else this._showCompletions(wasTabBefore, answer);
  };
  if (this._completer.length === 2) {
    this._completer(text, done);
    return;
  }
  Promise.resolve().then(() => this._completer(text)).then((answer) => done(null, answer), done);
}

function _showCompletions(wasTabBefore, answer) {
  const [completions, completeOn] = answer ?? [];
  if (!completions || completions.length === 0) return;
  const prefix = commonPrefix(completions.filter((word) => word !== ''));
  if (prefix.startsWith(completeOn) && prefix.length > completeOn.length) {
    this._insertString(prefix.slice(completeOn.length));
    return;
  }
  if (!completeOn.startsWith(prefix)) {
    const start = this.cursor - completeOn.length;
    this.line = this.line.slice(0, start) + prefix + this.line.slice(this.cursor);
    this.cursor = start + prefix.length;
    this._refreshLine();
    return;
  }
  if (!wasTabBefore) return;
  this._beforeEdit(this.line, this.cursor);
  this._writeToOutput(layOut(completions, this.columns));
  this._refreshLine();
}

// The words in columns, groups (separated by '') apart.
function layOut(words, columns) {
  const widths = words.map((word) => getStringWidth(word));
  const width = Math.max(...widths) + 2;
  if (width === 2) return '';
  const perRow = Number.isFinite(columns) ? Math.floor(columns / width) || 1 : 1;
  let text = '\r\n';
  let column = 0;
  let spaces = 0;
  for (let i = 0; i < words.length; i++) {
    if (spaces > 0) {
      text += ' '.repeat(spaces);
      spaces = 0;
    }
    if (words[i] === '') {
      text += '\r\n';
      column = 0;
      continue;
    }
    text += words[i];
    if (++column < perRow) {
      spaces = width - widths[i];
    } else {
      text += '\r\n';
      column = 0;
    }
  }
  if (column !== 0) text += '\r\n';
  return `${text}\r\n`;
}

// ---- keys ----

function interrupt(rl) {
  if (rl.listenerCount('SIGINT') > 0) {
    rl.emit('SIGINT');
    return;
  }
  rl.close();
  rl._rejectQuestion?.('Aborted with Ctrl+C');
}

function endOfInput(rl) {
  if (rl.cursor === 0 && rl.line.length === 0) {
    rl.close();
    rl._rejectQuestion?.('Aborted with Ctrl+D');
  } else if (rl.cursor < rl.line.length) {
    rl._deleteRight();
  }
}

// Ctrl+Z: into the background; when the program comes back, raw mode and the prompt do as well.
function suspend(rl) {
  if (rl.listenerCount('SIGTSTP') > 0) {
    rl.emit('SIGTSTP');
    return;
  }
  process.once('SIGCONT', () => {
    if (!rl.paused) {
      rl.pause();
      rl.emit('SIGCONT');
    }
    rl._setRawMode(true);
    rl._refreshLine();
  });
  rl._setRawMode(false);
  process.kill(process.pid, 'SIGTSTP');
}

const kControlShift = {
  __proto__: null,
  backspace: _deleteLineLeft,
  delete: _deleteLineRight,
};

function toStart() {
  this._moveCursor(-Infinity);
}
function toEnd() {
  this._moveCursor(Infinity);
}
function back() {
  this._moveCursor(-charLengthBefore(this.line, this.cursor));
}
function forward() {
  if (this.cursor < this.line.length) this._moveCursor(charLength(this.line, this.cursor));
}

const kControl = {
  __proto__: null,
  a: toStart,
  b: back,
  backspace: _deleteWordLeft,
  c() { interrupt(this); },
  d() { endOfInput(this); },
  delete: _deleteWordRight,
  e: toEnd,
  f: forward,
  h: _deleteLeft,
  k: _deleteLineRight,
  l() {
    cursorTo(this.output, 0, 0);
    clearScreenDown(this.output);
    this._refreshLine();
  },
  left: _wordLeft,
  n: _historyNext,
  p: _historyPrev,
  right: _wordRight,
  u: _deleteLineLeft,
  w: _deleteWordLeft,
  y: _yank,
  z() { suspend(this); },
};

const kMeta = {
  __proto__: null,
  b: _wordLeft,
  backspace: _deleteWordLeft,
  d: _deleteWordRight,
  delete: _deleteWordRight,
  f: _wordRight,
  y: _yankPop,
};

const kPlain = {
  __proto__: null,
  backspace: _deleteLeft,
  delete: _deleteRight,
  down: _historyNext,
  end: toEnd,
  home: toStart,
  left: back,
  right: forward,
  return() {
    this._sawReturnAt = Date.now();
    this._line();
  },
  enter() {
    // The LF of a CR LF is no second line end.
    if (this._sawReturnAt === 0 || Date.now() - this._sawReturnAt > this.crlfDelay) this._line();
    this._sawReturnAt = 0;
  },
  up: _historyPrev,
};

function followSearch(rl, key) {
  const isStep = (key.name === 'up' || key.name === 'down') &&
    !key.ctrl && !key.meta && !key.shift;
  if (isStep) {
    rl._substringSearch ??= rl.line.slice(0, rl.cursor);
  } else if (rl._substringSearch != null) {
    rl._substringSearch = null;
    if (rl.history?.length === rl.historyIndex) rl.historyIndex = -1;
  }
}

function insertText(rl, text) {
  const lines = text.split(kLineBreaks);
  for (let i = 0; i < lines.length; i++) {
    if (i > 0) rl._line();
    rl._insertString(lines[i]);
  }
}

function _ttyWrite(text, key) {
  const previous = this._previousKey;
  key = key || {};
  this._previousKey = key;
  if (!(key.meta && key.name === 'y')) this._isYanking = false;
  followSearch(this, key);
  if (process.env.TERM === 'dumb') return writeDumb(this, text, key);
  if (typeof text === 'object' && text !== null) text = text.toString('utf8');
  if (key.sequence === '\x1f') return this._undo();
  if (key.sequence === '\x1e') return this._redo();
  if (key.name === 'escape') return;
  const table = key.ctrl ? (key.shift ? kControlShift : kControl) : key.meta ? kMeta : kPlain;
  if (this._sawReturnAt > 0 && key.name !== 'enter') this._sawReturnAt = 0;
  const action = key.name === undefined ? undefined : table[key.name];
  if (action !== undefined) {
    action.call(this);
  } else if (key.ctrl || key.meta) {
    // No such command.
  } else if (key.name === 'tab' && typeof this._completer === 'function' &&
             this.isCompletionEnabled) {
    this._tabComplete(previous?.name === 'tab');
  } else if (typeof text === 'string' && text !== '') {
    insertText(this, text);
  }
}

// TERM=dumb: nothing moves; the line is only collected.
function writeDumb(rl, text, key) {
  if (key.name === 'escape') return;
  if (rl._sawReturnAt && key.name !== 'enter') rl._sawReturnAt = 0;
  if (key.ctrl) {
    if (key.name === 'c') interrupt(rl);
    else if (key.name === 'd') rl.close();
    return;
  }
  if (key.name === 'return' || key.name === 'enter') {
    kPlain[key.name].call(rl);
  } else if (typeof text === 'string' && text) {
    rl.line += text;
    rl.cursor += text.length;
    rl._writeToOutput(text);
  }
}

module.exports = {
  _addHistory, _beforeEdit, _deleteLeft, _deleteLineLeft, _deleteLineRight, _deleteRight,
  _deleteWordLeft, _deleteWordRight, _getDisplayPos, _historyNext, _historyPrev, _insertString,
  _line, _moveCursor, _redo, _refreshLine, _showCompletions, _tabComplete, _ttyWrite, _undo,
  _wordLeft, _wordRight, _yank, _yankPop, clearLine, getCursorPos,
};
