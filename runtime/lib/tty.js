'use strict';

// node:tty: terminals as sockets with a window and modes.

const { Socket } = require('net');
const {
  codes: { ERR_INVALID_FD, ERR_TTY_INIT_FAILED, ERR_INVALID_ARG_VALUE, ERR_INVALID_CURSOR_POS },
  getSystemErrorName,
  getSystemErrorMessage,
  ErrnoException,
} = require('internal/errors');
const { validateFunction } = require('internal/validators');
const { getColorDepth, hasColors } = require('internal/tty/colors');

function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && internalBinding('tty').isatty(fd);
}

function openTerminal(fd) {
  if (fd >> 0 !== fd || fd < 0) throw new ERR_INVALID_FD(fd);
  const handle = new (internalBinding('tty').TTY)();
  const status = handle.open(fd);
  if (status < 0) {
    throw new ERR_TTY_INIT_FAILED({
      code: getSystemErrorName(status), message: getSystemErrorMessage(status),
      errno: status, syscall: 'uv_tty_init',
    });
  }
  return handle;
}

function ReadStream(fd, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(fd, options);
  const handle = openTerminal(fd);
  Socket.call(this, { readableHighWaterMark: 0, handle, manualStart: true, ...options });
  this.isRaw = false;
  this.isTTY = true;
}
Object.setPrototypeOf(ReadStream.prototype, Socket.prototype);
Object.setPrototypeOf(ReadStream, Socket);

ReadStream.prototype.setRawMode = function(flag) {
  flag = Boolean(flag);
  const status = this._handle?.setRawMode(flag);
  if (status < 0) {
    this.emit('error', new ErrnoException(status, 'setRawMode'));
    return this;
  }
  this.isRaw = flag;
  return this;
};

function WriteStream(fd) {
  if (!(this instanceof WriteStream)) return new WriteStream(fd);
  const handle = openTerminal(fd);
  Socket.call(this, { handle, manualStart: true, readable: false });
  const size = handle.getWindowSize();
  if (Array.isArray(size)) [this.columns, this.rows] = size;
  // The size is followed only for those who want to know.
  this.on('newListener', watchResize);
}
Object.setPrototypeOf(WriteStream.prototype, Socket.prototype);
Object.setPrototypeOf(WriteStream, Socket);

function watchResize(event) {
  if (event !== 'resize') return;
  this.off('newListener', watchResize);
  process.on('SIGWINCH', () => this._refreshSize());
}

Object.defineProperty(WriteStream.prototype, 'isTTY', {
  __proto__: null, value: true, writable: true, enumerable: true, configurable: true,
});
WriteStream.prototype.getColorDepth = getColorDepth;
WriteStream.prototype.hasColors = hasColors;

WriteStream.prototype._refreshSize = function() {
  const size = this._handle?.getWindowSize();
  if (typeof size === 'number') {
    this.emit('error', new ErrnoException(size, 'getWindowSize'));
    return;
  }
  if (!size) return;
  const [columns, rows] = size;
  if (columns === this.columns && rows === this.rows) return;
  this.columns = columns;
  this.rows = rows;
  this.emit('resize');
};

WriteStream.prototype.getWindowSize = function() {
  return [this.columns, this.rows];
};

const kEscape = '\x1b[';

WriteStream.prototype.cursorTo = function(x, y, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (typeof y === 'function') {
    callback = y;
    y = undefined;
  }
  if (Number.isNaN(x)) throw new ERR_INVALID_ARG_VALUE('x', x);
  if (Number.isNaN(y)) throw new ERR_INVALID_ARG_VALUE('y', y);
  if (typeof x !== 'number' && typeof y === 'number') throw new ERR_INVALID_CURSOR_POS();
  if (typeof x !== 'number') return true;
  const code = typeof y !== 'number' ? `${x + 1}G` : `${y + 1};${x + 1}H`;
  return this.write(kEscape + code, callback);
};

WriteStream.prototype.moveCursor = function(dx, dy, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  let code = '';
  if (dx < 0) code += `${kEscape}${-dx}D`;
  else if (dx > 0) code += `${kEscape}${dx}C`;
  if (dy < 0) code += `${kEscape}${-dy}A`;
  else if (dy > 0) code += `${kEscape}${dy}B`;
  return this.write(code, callback);
};

WriteStream.prototype.clearLine = function(dir, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  const code = dir < 0 ? '1K' : dir > 0 ? '0K' : '2K';
  return this.write(kEscape + code, callback);
};

WriteStream.prototype.clearScreenDown = function(callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return this.write(`${kEscape}0J`, callback);
};

module.exports = { isatty, ReadStream, WriteStream };
