'use strict';
// FileHandle: an open file as a promise API. Closing waits for the requests under way; a handle
// that is collected while open is closed with a warning.

const { EventEmitter } = require('events');
const { Buffer } = require('buffer');
const {
  AbortError,
  codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE },
} = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const {
  kValidateObjectAllowNullable, validateBoolean, validateEncoding, validateObject,
} = require('internal/validators');
const {
  getOptions, kWriteFileMaxChunkSize, parseFileMode, toTruncateLength, toUnixTimestamp,
  validateBuffer, validateBufferArray, validateStringAfterArrayBufferView,
} = require('internal/fs/utils');
const { statsFrom } = require('internal/fs/stats');
const { checkOwner } = require('internal/fs/path_ops');
const { readArguments, vectorPosition, writeRange } = require('internal/fs/fd_ops');
const {
  defaultAppendOptions, defaultReadOptions, defaultWriteOptions, writeOptions,
} = require('internal/fs/whole_files');
const files = internalBinding('fs_files');

const kRef = Symbol('ref');
const kUnref = Symbol('unref');
const kLocked = Symbol('locked');
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('asyncDispose');
const kDefaultReadSize = 16384;

let registry;
// Descriptors of handles nobody holds any more.
function watchForCollection(handle, owner) {
  registry ??= new FinalizationRegistry((state) => {
    if (state.fd < 0) return;
    const { fd } = state;
    state.fd = -1;
    files.close(fd, () => {});
    process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
    process.emitWarning('Closing a FileHandle object on garbage collection is deprecated. ' +
      'Please close FileHandle objects explicitly using FileHandle.prototype.close(). In the ' +
      'future, an error will be thrown if a file descriptor is closed during garbage collection.',
      'DeprecationWarning', 'DEP0137');
  });
  registry.register(handle, owner, owner);
}

// EBADF as the kernel would say it, for calls on a closed handle.
function badDescriptor(syscall) {
  const error = new Error('file closed');
  error.code = 'EBADF';
  error.syscall = syscall;
  return error;
}

class FileHandle extends EventEmitter {
  #state;
  #references = 1;
  #closing = null;
  #finishClosing = null;

  constructor(fd) {
    super();
    this.#state = { fd };
    this[kLocked] = false;
    watchForCollection(this, this.#state);
  }

  get fd() { return this.#state.fd; }
  getAsyncId() { return -1; }

  [kRef]() { this.#references++; }
  [kUnref]() {
    if (--this.#references === 0) this.#finishClosing();
  }

  // Runs `native(fd, ...args, callback)`; the descriptor stays open until it has answered.
  #call(syscall, native, ...args) {
    const { fd } = this.#state;
    if (fd === -1 || this.#closing !== null) return Promise.reject(badDescriptor(syscall));
    this.#references++;
    return new Promise((resolve, reject) => {
      const done = (error, value) => {
        this[kUnref]();
        if (error !== null) reject(error);
        else resolve(value);
      };
      try {
        native(fd, ...args, done);
      } catch (error) {
        done(error);
      }
    });
  }

  close() {
    if (this.#state.fd === -1) return Promise.resolve();
    if (this.#closing !== null) return this.#closing;
    this.#closing = new Promise((resolve, reject) => {
      this.#finishClosing = () => {
        const { fd } = this.#state;
        this.#state.fd = -1;
        registry.unregister(this.#state);
        files.close(fd, (error) => {
          this.#closing = null;
          if (error) reject(error);
          else resolve();
        });
      };
    });
    const closed = this.#closing;
    this[kUnref]();
    this.emit('close');
    return closed;
  }

  async appendFile(data, options) {
    return writeFileHandle(this, data, writeOptions(options, defaultAppendOptions));
  }
  async chmod(mode) {
    return this.#call('fchmod', files.fchmod, parseFileMode(mode, 'mode'));
  }
  async chown(uid, gid) {
    checkOwner(uid, gid);
    return this.#call('fchown', files.fchown, uid, gid);
  }
  async datasync() { return this.#call('fdatasync', files.fdatasync); }
  async sync() { return this.#call('fsync', files.fsync); }

  async read(buffer, offset, length, position) {
    if (!isArrayBufferView(buffer)) {
      // read(options)
      if (buffer !== undefined) validateObject(buffer, 'options', kValidateObjectAllowNullable);
      ({
        buffer = Buffer.alloc(kDefaultReadSize), offset = 0,
        length = buffer.byteLength - offset, position = null,
      } = buffer ?? {});
      validateBuffer(buffer);
    }
    if (offset !== null && typeof offset === 'object') {
      // read(buffer, options)
      validateObject(offset, 'options', kValidateObjectAllowNullable);
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
    }
    length ??= buffer.byteLength - (offset ?? 0);
    ({ offset, length, position } = readArguments(buffer, offset, length, position));
    if (length === 0) {
      if (this.#state.fd === -1) throw badDescriptor('read');
      return { __proto__: null, bytesRead: 0, buffer };
    }
    const bytesRead = await this.#call('read', files.read, buffer, offset, length, position);
    return { __proto__: null, bytesRead, buffer };
  }

  async readv(buffers, position) {
    validateBufferArray(buffers);
    const bytesRead = await this.#call('read', files.readv, buffers, vectorPosition(position));
    return { __proto__: null, bytesRead, buffers };
  }

  async readFile(options) {
    return readFileHandle(this, getOptions(options, defaultReadOptions));
  }

  readLines(options = undefined) {
    return require('readline').createInterface({
      input: this.createReadStream(options),
      crlfDelay: Infinity,
    });
  }

  async stat(options) {
    return this.#callStat(options?.bigint === true);
  }
  #callStat(big) {
    // The numbers are shared: they are read inside the callback, before anything else can run.
    return this.#call('fstat', (fd, callback) => {
      files.fstat(fd, big, (error, values) => {
        if (error !== null) callback(error);
        else callback(null, statsFrom(values));
      });
    });
  }

  async truncate(len = 0) {
    return this.#call('ftruncate', files.ftruncate, toTruncateLength(len));
  }
  async utimes(atime, mtime) {
    return this.#call('futime', files.futimes, toUnixTimestamp(atime, 'atime'),
      toUnixTimestamp(mtime, 'mtime'));
  }

  async write(buffer, offsetOrOptions, length, position) {
    let offset = offsetOrOptions;
    if (isArrayBufferView(buffer) && buffer.byteLength === 0) {
      return { __proto__: null, bytesWritten: 0, buffer };
    }
    let bytes = buffer;
    if (isArrayBufferView(buffer)) {
      if (offset !== null && typeof offset === 'object') {
        ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
      }
      ({ offset, length } = writeRange(buffer, offset, length));
      if (typeof position !== 'number') position = -1;
    } else {
      // write(string[, position[, encoding]])
      validateStringAfterArrayBufferView(buffer, 'buffer');
      validateEncoding(buffer, length);
      bytes = Buffer.from(buffer, length ?? 'utf8');
      position = typeof offset === 'number' ? offset : -1;
      offset = 0;
      length = bytes.byteLength;
    }
    const bytesWritten = await this.#call('write', files.write, bytes, offset, length, position);
    return { __proto__: null, bytesWritten, buffer };
  }

  async writev(buffers, position) {
    validateBufferArray(buffers);
    if (buffers.length === 0) return { __proto__: null, bytesWritten: 0, buffers };
    const bytesWritten = await this.#call('write', files.writev, buffers,
      vectorPosition(position));
    return { __proto__: null, bytesWritten, buffers };
  }

  async writeFile(data, options) {
    return writeFileHandle(this, data, writeOptions(options, defaultWriteOptions));
  }

  createReadStream(options = undefined) {
    const { ReadStream } = require('internal/fs/streams');
    return new ReadStream(undefined, { ...options, fd: this });
  }
  createWriteStream(options = undefined) {
    const { WriteStream } = require('internal/fs/streams');
    return new WriteStream(undefined, { ...options, fd: this });
  }

  readableWebStream(options = {}) {
    if (this.#state.fd === -1) throw new ERR_INVALID_STATE('The FileHandle is closed');
    if (this.#closing !== null) throw new ERR_INVALID_STATE('The FileHandle is closing');
    if (this[kLocked]) throw new ERR_INVALID_STATE('The FileHandle is locked');
    validateObject(options, 'options');
    const { autoClose = false, type = 'bytes' } = options;
    validateBoolean(autoClose, 'options.autoClose');
    if (type !== 'bytes') throw new ERR_INVALID_ARG_VALUE('options.type', type);
    this[kLocked] = true;
    const { ReadableStream } = require('internal/webstreams/readablestream');
    const release = async () => {
      this[kUnref]();
      if (autoClose) await this.close();
    };
    this[kRef]();
    let controller;
    let released = false;
    this.once('close', () => {
      if (released) return;
      released = true;
      this[kUnref]();
      try {
        controller.close();
        controller.byobRequest?.respond(0);
      } catch { /* already closed or errored */ }
    });
    return new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: kDefaultReadSize,
      start: (started) => { controller = started; },
      pull: async (pulled) => {
        const { view } = pulled.byobRequest;
        const { bytesRead } = await this.read(view, 0,
          view.byteLength);
        if (bytesRead === 0) {
          pulled.close();
          if (!released) {
            released = true;
            await release();
          }
        }
        pulled.byobRequest?.respond(bytesRead);
      },
      cancel: async () => {
        if (released) return;
        released = true;
        await release();
      },
    });
  }

  async [asyncDispose]() { await this.close(); }
}

function checkAborted(signal) {
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
}

async function readFileHandle(handle, { encoding, signal }) {
  checkAborted(signal);
  const chunks = [];
  const { size, mode } = await handle.stat();
  checkAborted(signal);
  const isRegular = (mode & 0o170000) === 0o100000;
  if (isRegular && size > 2 ** 31 - 1) {
    const { codes: { ERR_FS_FILE_TOO_LARGE } } = require('internal/errors');
    throw new ERR_FS_FILE_TOO_LARGE(size);
  }
  let total = 0;
  const wanted = isRegular && size > 0 ? size : 0;
  for (;;) {
    checkAborted(signal);
    const room = wanted > 0 ? Math.min(wanted - total, kWriteFileMaxChunkSize) : 64 * 1024;
    const chunk = Buffer.allocUnsafeSlow(room || 1);
    const { bytesRead } = await handle.read(chunk, 0, chunk.byteLength, -1);
    if (bytesRead === 0) break;
    total += bytesRead;
    chunks.push(bytesRead === chunk.byteLength ? chunk : chunk.subarray(0, bytesRead));
    if (wanted > 0 && total === wanted) break;
  }
  const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, total);
  if (!encoding || encoding === 'buffer') return bytes;
  return bytes.toString(encoding);
}

async function writeAll(handle, bytes, signal) {
  let offset = 0;
  while (offset < bytes.byteLength) {
    checkAborted(signal);
    const length = Math.min(kWriteFileMaxChunkSize, bytes.byteLength - offset);
    const { bytesWritten } = await handle.write(bytes, offset, length, null);
    offset += bytesWritten;
  }
}

async function writeFileHandle(handle, data, { encoding, flush, signal }) {
  checkAborted(signal);
  if (isArrayBufferView(data)) {
    await writeAll(handle, data, signal);
  } else if (typeof data === 'string') {
    await writeAll(handle, Buffer.from(data, encoding || 'utf8'), signal);
  } else if (data !== null && typeof data === 'object' &&
             (data[Symbol.asyncIterator] || data[Symbol.iterator])) {
    for await (const chunk of data) {
      checkAborted(signal);
      const bytes = isArrayBufferView(chunk) ? chunk : Buffer.from(chunk, encoding || 'utf8');
      await writeAll(handle, bytes, signal);
    }
    checkAborted(signal);
  } else {
    validateStringAfterArrayBufferView(data, 'data');
  }
  if (flush) await handle.sync();
}

module.exports = { FileHandle, kRef, kUnref, readFileHandle, writeFileHandle };
