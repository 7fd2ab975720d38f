'use strict';
// fs.ReadStream and fs.WriteStream: streams over a descriptor, a path or a FileHandle. They go
// through the functions of the `fs` module (or options.fs), which programs may have replaced.

const { Buffer } = require('buffer');
const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE,
    ERR_STREAM_DESTROYED,
  },
} = require('internal/errors');
const { deprecate } = require('internal/util');
const { validateBoolean, validateFunction, validateInteger } = require('internal/validators');
const {
  getOptions, getValidatedFd, getValidatedPath,
} = require('internal/fs/utils');
const { Readable, Writable, finished } = require('stream');
const { toPathIfFileURL } = require('internal/url');
const { FileHandle, kRef, kUnref } = require('internal/fs/file_handle');

const kFs = Symbol('kFs');
const kHandle = Symbol('kHandle');
const kIsPerformingIO = Symbol('kIsPerformingIO');
const kIoDone = Symbol('kIoDone');

// The fs methods of a stream over a FileHandle.
function handleMethods(stream) {
  const handle = stream[kHandle];
  const callback = (promise, done, pick) => {
    promise.then((result) => process.nextTick(done, null, pick(result)),
      (error) => process.nextTick(done, error));
  };
  return {
    open: () => { throw new ERR_METHOD_NOT_IMPLEMENTED('open()'); },
    close: (fd, done) => {
      stream[kHandle] = null;
      handle[kUnref]();
      handle.close().then(() => process.nextTick(done), (error) => process.nextTick(done, error));
    },
    read: (fd, buffer, offset, length, position, done) => {
      callback(handle.read(buffer, offset, length, position), done, (r) => r.bytesRead);
    },
    write: (fd, buffer, offset, length, position, done) => {
      callback(handle.write(buffer, offset, length, position), done, (r) => r.bytesWritten);
    },
    writev: (fd, buffers, position, done) => {
      callback(handle.writev(buffers, position), done, (r) => r.bytesWritten);
    },
    fsync: (fd, done) => callback(handle.sync(), done, () => undefined),
  };
}

function importFd(stream, options) {
  if (typeof options.fd === 'number') {
    stream[kFs] = options.fs || require('fs');
    return getValidatedFd(options.fd);
  }
  if (typeof options.fd === 'object' && options.fd instanceof FileHandle) {
    // A FileHandle brings its own file system.
    if (options.fs) throw new ERR_METHOD_NOT_IMPLEMENTED('FileHandle with fs');
    stream[kHandle] = options.fd;
    stream[kFs] = handleMethods(stream);
    options.fd[kRef]();
    options.fd.on('close', stream.close.bind(stream));
    return options.fd.fd;
  }
  throw new ERR_INVALID_ARG_TYPE('options.fd', ['number', 'FileHandle'], options.fd);
}

function construct(callback) {
  const stream = this;
  if (typeof stream.fd === 'number') {
    callback();
    return;
  }
  if (stream.open !== openFileStream) {
    // A program that replaced open(): the stream emits 'open' or 'error' itself.
    const originalEmit = stream.emit;
    stream.emit = function(...args) {
      if (args[0] === 'open') {
        this.emit = originalEmit;
        callback();
        Reflect.apply(originalEmit, this, args);
      } else if (args[0] === 'error') {
        this.emit = originalEmit;
        callback(args[1]);
      } else {
        Reflect.apply(originalEmit, this, args);
      }
    };
    stream.open();
    return;
  }
  stream[kFs].open(stream.path, stream.flags, stream.mode, (error, fd) => {
    if (error) {
      callback(error);
      return;
    }
    stream.fd = fd;
    callback();
    // After the stream has begun what was written so far, so that writes made by listeners
    // queue behind it.
    process.nextTick(() => {
      stream.emit('open', fd);
      stream.emit('ready');
    });
  });
}

// Replaced by construct(); kept because programs patch it.
const openFileStream = deprecate(function() {}, 'ReadStream/WriteStream.prototype.open() is ' +
  'deprecated', 'DEP0135');

function close(stream, error, callback) {
  if (!stream.fd) {
    callback(error);
    return;
  }
  if (stream.flush) {
    stream[kFs].fsync(stream.fd, (flushError) => {
      closeDescriptor(stream, error || flushError, callback);
    });
    return;
  }
  closeDescriptor(stream, error, callback);
}
function closeDescriptor(stream, error, callback) {
  stream[kFs].close(stream.fd, (closeError) => callback(closeError || error));
  stream.fd = null;
}

// Inherited options count too.
function copyOptions(options) {
  const copy = {};
  for (const key in options) copy[key] = options[key]; // eslint-disable-line guard-for-in
  return copy;
}

function checkMethods(stream, names) {
  for (const name of names) validateFunction(stream[kFs][name], `options.fs.${name}`);
}

function readRange(stream, options) {
  stream.start = options.start;
  stream.end = options.end ?? Infinity;
  stream.pos = undefined;
  stream.bytesRead = 0;
  if (stream.start !== undefined) {
    validateInteger(stream.start, 'start', 0);
    stream.pos = stream.start;
  }
  // Infinity is the only non-integer that means something.
  if (options.end === undefined || options.end === null) {
    stream.end = Infinity;
  } else if (stream.end !== Infinity) {
    validateInteger(stream.end, 'end', 0);
    if (stream.start !== undefined && stream.start > stream.end) {
      throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${stream.end})`, stream.start);
    }
  }
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = copyOptions(getOptions(options, {}));
  if (options.highWaterMark === undefined) options.highWaterMark = 64 * 1024;
  if (options.autoDestroy === undefined) options.autoDestroy = false;
  if (options.fd == null) {
    this.fd = null;
    this[kFs] = options.fs || require('fs');
    checkMethods(this, ['open', 'read', 'close']);
    this.path = toPathIfFileURL(path);
    this.flags = options.flags === undefined ? 'r' : options.flags;
    this.mode = options.mode === undefined ? 0o666 : options.mode;
    getValidatedPath(this.path);
  } else {
    this.fd = importFd(this, options);
  }
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose;
  if (options.fs && options.fd != null) checkMethods(this, ['read', 'close']);
  readRange(this, options);
  Reflect.apply(Readable, this, [options]);
  if (options.encoding) this.setEncoding(options.encoding);
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

Object.defineProperty(ReadStream.prototype, 'autoClose', {
  get() {
    if (this._readableState === undefined) throw new ERR_INVALID_THIS('ReadStream');
    return this._readableState.autoDestroy;
  },
  set(value) { this._readableState.autoDestroy = value; },
});
Object.defineProperty(ReadStream.prototype, 'pending', {
  get() { return this.fd === null; },
  configurable: true,
});
ReadStream.prototype.open = openFileStream;
ReadStream.prototype._construct = construct;

ReadStream.prototype._read = function(n) {
  n = this.pos !== undefined ? Math.min(this.end - this.pos + 1, n) :
    Math.min(this.end - this.bytesRead + 1, n);
  if (n <= 0) {
    this.push(null);
    return;
  }
  const buffer = Buffer.allocUnsafeSlow(n);
  this[kIsPerformingIO] = true;
  this[kFs].read(this.fd, buffer, 0, n, this.pos, (error, bytesRead, chunk) => {
    this[kIsPerformingIO] = false;
    // A close that waited for this read goes ahead now.
    if (this.destroyed) {
      this.emit(kIoDone, error);
      return;
    }
    if (error) {
      failRead(this, error);
      return;
    }
    if (bytesRead > 0) {
      if (this.pos !== undefined) this.pos += bytesRead;
      this.bytesRead += bytesRead;
      chunk ??= buffer;
      if (bytesRead !== chunk.length) {
        // Copies, so that a short read does not keep the whole allocation.
        const exact = Buffer.allocUnsafeSlow(bytesRead);
        chunk.copy(exact, 0, 0, bytesRead);
        chunk = exact;
      }
      this.push(chunk);
    } else {
      this.push(null);
    }
  });
};

// With autoClose the stream goes down with the error, without it only reports it.
function failRead(stream, error) {
  if (stream._readableState.autoDestroy) {
    stream.destroy(error);
    return;
  }
  const state = stream._readableState;
  if (state.destroyed || state.errorEmitted) return;
  state.errored ??= error;
  process.nextTick(() => {
    if (state.errorEmitted) return;
    state.errorEmitted = true;
    stream.emit('error', error);
  });
}

function destroy(error, callback) {
  if (this[kIsPerformingIO]) {
    this.once(kIoDone, (ioError) => close(this, error || ioError, callback));
  } else {
    close(this, error, callback);
  }
}
ReadStream.prototype._destroy = destroy;
ReadStream.prototype.close = function(callback) {
  if (typeof callback === 'function') finished(this, callback);
  this.destroy();
};

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = copyOptions(getOptions(options, {}));
  options.decodeStrings = true;
  if (options.fd == null) {
    this.fd = null;
    this[kFs] = options.fs || require('fs');
    validateFunction(this[kFs].open, 'options.fs.open');
    this.path = toPathIfFileURL(path);
    this.flags = options.flags === undefined ? 'w' : options.flags;
    this.mode = options.mode === undefined ? 0o666 : options.mode;
    getValidatedPath(this.path);
  } else {
    this.fd = importFd(this, options);
  }
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose;
  if (options.flush !== undefined && options.flush !== null) {
    validateBoolean(options.flush, 'options.flush');
  }
  this.flush = options.flush ?? false;
  const methods = this[kFs];
  if (!methods.write && !methods.writev) {
    throw new ERR_INVALID_ARG_TYPE('options.fs.write', 'function', methods.write);
  }
  if (methods.write) validateFunction(methods.write, 'options.fs.write');
  if (methods.writev) validateFunction(methods.writev, 'options.fs.writev');
  if (options.autoDestroy) validateFunction(methods.close, 'options.fs.close');
  if (this.flush) validateFunction(methods.fsync, 'options.fs.fsync');
  // With one of the two, the other's work goes through it.
  if (!methods.write) this._write = null;
  if (!methods.writev) this._writev = null;
  this.start = options.start;
  this.pos = undefined;
  this.bytesWritten = 0;
  this[kIsPerformingIO] = false;
  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  Reflect.apply(Writable, this, [options]);
  if (options.encoding) this.setDefaultEncoding(options.encoding);
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

Object.defineProperty(WriteStream.prototype, 'autoClose', {
  get() {
    if (this._writableState === undefined) throw new ERR_INVALID_THIS('WriteStream');
    return this._writableState.autoDestroy;
  },
  set(value) { this._writableState.autoDestroy = value; },
});
Object.defineProperty(WriteStream.prototype, 'pending', {
  get() { return this.fd === null; },
  configurable: true,
});
WriteStream.prototype.open = openFileStream;
WriteStream.prototype._construct = construct;

// Writes on until everything is out; EAGAIN of a non-blocking descriptor is tried a few times.
function writeAll(stream, data, size, position, callback, retries = 0) {
  stream[kFs].write(stream.fd, data, 0, size, position, (error, written, buffer) => {
    if (error?.code === 'EAGAIN') {
      error = null;
      written = 0;
    }
    if (stream.destroyed || error) {
      return callback(error || new ERR_STREAM_DESTROYED('write'));
    }
    stream.bytesWritten += written;
    retries = written ? 0 : retries + 1;
    size -= written;
    position = position === undefined ? undefined : position + written;
    if (retries > 5) {
      callback(new Error('writev failed'));
    } else if (size) {
      writeAll(stream, (buffer ?? data).slice(written), size, position, callback, retries);
    } else {
      callback();
    }
  });
}

function writevAll(stream, chunks, size, position, callback, retries = 0) {
  stream[kFs].writev(stream.fd, chunks, position, (error, written, buffers) => {
    if (error?.code === 'EAGAIN') {
      error = null;
      written = 0;
    }
    if (stream.destroyed || error) {
      return callback(error || new ERR_STREAM_DESTROYED('writev'));
    }
    stream.bytesWritten += written;
    retries = written ? 0 : retries + 1;
    size -= written;
    position = position === undefined ? undefined : position + written;
    if (retries > 5) {
      callback(new Error('writev failed'));
    } else if (size) {
      writevAll(stream, [Buffer.concat(buffers ?? chunks).slice(written)], size, position,
        callback, retries);
    } else {
      callback();
    }
  });
}

WriteStream.prototype._write = function(data, encoding, callback) {
  this[kIsPerformingIO] = true;
  writeAll(this, data, data.length, this.pos, (error) => {
    this[kIsPerformingIO] = false;
    if (this.destroyed) {
      callback(error);
      return this.emit(kIoDone, error);
    }
    callback(error);
  });
  if (this.pos !== undefined) this.pos += data.length;
};

WriteStream.prototype._writev = function(data, callback) {
  const chunks = new Array(data.length);
  let size = 0;
  for (let i = 0; i < chunks.length; i++) {
    chunks[i] = data[i].chunk;
    size += chunks[i].length;
  }
  this[kIsPerformingIO] = true;
  writevAll(this, chunks, size, this.pos, (error) => {
    this[kIsPerformingIO] = false;
    if (this.destroyed) {
      callback(error);
      return this.emit(kIoDone, error);
    }
    callback(error);
  });
  if (this.pos !== undefined) this.pos += size;
};

WriteStream.prototype._destroy = destroy;
WriteStream.prototype.close = function(callback) {
  if (callback) {
    if (this.closed) {
      process.nextTick(callback);
      return;
    }
    this.on('close', callback);
  }
  // Without autoClose, finishing does not destroy; closing asks for it.
  if (!this.autoClose) this.on('finish', this.destroy);
  this.end();
};
// There is nothing to do after the last byte but to close.
WriteStream.prototype.destroySoon = WriteStream.prototype.end;

module.exports = { ReadStream, WriteStream };
