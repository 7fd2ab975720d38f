'use strict';
// fs.Dir: reading a directory in batches, by callback, promise, iteration, or synchronously.

const {
  codes: { ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_INVALID_THIS, ERR_MISSING_ARGS },
} = require('internal/errors');
const { validateBoolean, validateFunction, validateUint32 } = require('internal/validators');
const {
  decodeName, getOptions, getValidatedPath, wantsBuffer,
} = require('internal/fs/utils');
const { directoryEntry, directoryEntrySync, joinPath } = require('internal/fs/stats');
const binding = internalBinding('fs');
const files = internalBinding('fs_files');

const dispose = Symbol.dispose ?? Symbol.for('dispose');
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('asyncDispose');
const kConstruct = Symbol('construct');
const UV_DIRENT_DIR = 2;

class Dir {
  #fd;
  #path;
  #encoding;
  #buffered = [];  // name, type, name, type...
  #current;        // the directory being read: the root, or one below it
  #folders;        // those still to be read, when recursive
  #waiting = null;  // operations queued behind an asynchronous read
  #reader;
  #closer;

  constructor(token, fd, path, options) {
    if (token !== kConstruct) throw new ERR_MISSING_ARGS('handle');
    this.#fd = fd;
    this.#path = path;
    this.#encoding = options.encoding;
    this.#current = path;
    this.#folders = options.recursive ? [] : null;
    this.#reader = require('internal/util').promisify(this.#readOne).bind(this, false);
    this.#closer = require('internal/util').promisify(this.close).bind(this);
  }

  get path() {
    if (!(#path in this)) throw new ERR_INVALID_THIS('Dir');
    return this.#path;
  }

  #processPairs(pairs) {
    for (let i = 0; i < pairs.length; i += 2) {
      this.#buffered.push(decodeName(pairs[i], this.#encoding), pairs[i + 1]);
      if (this.#folders !== null && pairs[i + 1] === UV_DIRENT_DIR) {
        this.#folders.push(joinPath(this.#current, pairs[i]));
      }
    }
  }

  // The directory read to its end makes room for the next one.
  #enter(fd, path) {
    const old = this.#fd;
    this.#fd = fd;
    this.#current = path;
    files.closeSync(old);
  }

  #takeEntry(callback) {
    const [name, type] = this.#buffered.splice(0, 2);
    directoryEntry(this.#current, name, type, callback);
  }

  #readOne(fromPublic, callback) {
    if (callback === undefined) return this.#reader();
    if (this.#fd === -1) throw new ERR_DIR_CLOSED();
    validateFunction(callback, 'callback');
    if (this.#waiting !== null) {
      this.#waiting.push(() => this.#readOne(fromPublic, callback));
      return;
    }
    if (this.#buffered.length > 0) {
      this.#takeEntry((error, entry) => process.nextTick(callback, error, entry));
      return;
    }
    this.#waiting = [];
    this.#readMore((error, isEnd) => {
      process.nextTick(() => {
        const queue = this.#waiting;
        this.#waiting = null;
        for (const operation of queue) operation();
      });
      if (error) callback(error);
      else if (isEnd) callback(null, null);
      else this.#takeEntry(callback);
    });
  }

  // Calls back with (error) or (null, is there nothing more).
  #readMore(callback) {
    binding.readEntries(this.#fd, wantsBuffer(this.#encoding), (error, pairs) => {
      if (error) return callback(error);
      if (pairs.length > 0) {
        this.#processPairs(pairs);
        return callback(null, false);
      }
      const next = this.#folders?.shift();
      if (next === undefined) return callback(null, true);
      binding.opendir(next, (openError, fd) => {
        if (openError) return callback(openError);
        this.#enter(fd, next);
        this.#readMore(callback);
      });
    });
  }

  read(callback) { return this.#readOne(true, callback); }

  readSync() {
    if (this.#fd === -1) throw new ERR_DIR_CLOSED();
    if (this.#waiting !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    while (this.#buffered.length === 0) {
      this.#processPairs(binding.readEntriesSync(this.#fd, wantsBuffer(this.#encoding)));
      if (this.#buffered.length > 0) break;
      const next = this.#folders?.shift();
      if (next === undefined) return null;
      this.#enter(binding.opendirSync(next), next);
    }
    const [name, type] = this.#buffered.splice(0, 2);
    return directoryEntrySync(this.#current, name, type);
  }

  close(callback) {
    if (callback === undefined) {
      if (this.#fd === -1) return Promise.reject(new ERR_DIR_CLOSED());
      return this.#closer();
    }
    validateFunction(callback, 'callback');
    if (this.#fd === -1) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return;
    }
    if (this.#waiting !== null) {
      this.#waiting.push(() => this.close(callback));
      return;
    }
    const fd = this.#fd;
    this.#fd = -1;
    files.close(fd, callback);
  }

  closeSync() {
    if (this.#fd === -1) throw new ERR_DIR_CLOSED();
    if (this.#waiting !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    const fd = this.#fd;
    this.#fd = -1;
    files.closeSync(fd);
  }

  async* entries() {
    try {
      for (;;) {
        const entry = await this.#reader();
        if (entry === null) break;
        yield entry;
      }
    } finally {
      await this.#closer();
    }
  }

  [dispose]() {
    if (this.#fd !== -1) this.closeSync();
  }
  async [asyncDispose]() {
    if (this.#fd !== -1) await this.#closer();
  }
}
Object.defineProperty(Dir.prototype, Symbol.asyncIterator, {
  value: Dir.prototype.entries, enumerable: false, writable: true, configurable: true,
});

function checkOptions(options) {
  options = getOptions(options, { encoding: 'utf8' });
  if (options.bufferSize !== undefined) {
    validateUint32(options.bufferSize, 'options.bufferSize', true);
  }
  if (options.recursive !== undefined) validateBoolean(options.recursive, 'options.recursive');
  return options;
}

function opendir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateFunction(callback, 'callback');
  path = getValidatedPath(path);
  options = checkOptions(options);
  binding.opendir(path, (error, fd) => {
    if (error) callback(error);
    else callback(null, new Dir(kConstruct, fd, path, options));
  });
}
function opendirSync(path, options) {
  path = getValidatedPath(path);
  options = checkOptions(options);
  return new Dir(kConstruct, binding.opendirSync(path), path, options);
}
async function opendirPromise(path, options) {
  return new Promise((resolve, reject) => {
    opendir(path, options ?? {}, (error, dir) => (error ? reject(error) : resolve(dir)));
  });
}

module.exports = { Dir, opendir, opendirPromise, opendirSync };
