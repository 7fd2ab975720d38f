'use strict';

// process.stdin, stdout and stderr, made when first read: what they are depends on the descriptor.
// Writes to files and terminals and, on Linux, to pipes are synchronous, as Node documents.

function setup(process) {
  const made = { __proto__: null };
  function define(name, make) {
    Object.defineProperty(process, name, {
      __proto__: null,
      configurable: true,
      enumerable: true,
      get() {
        return (made[name] ??= make());
      },
      set(value) {
        Object.defineProperty(process, name, {
          __proto__: null, value, configurable: true, enumerable: true, writable: true,
        });
      },
    });
  }
  define('stdout', () => makeOutput(1));
  define('stderr', () => makeOutput(2));
  define('stdin', makeInput);
  process.openStdin = function() {
    process.stdin.resume();
    return process.stdin;
  };
}

function guessType(fd) {
  return internalBinding('stream').guessHandleType(fd);
}

let SyncWriteStream;
// A Writable that is done with each chunk when write() returns.
function makeSyncStream(fd) {
  if (SyncWriteStream === undefined) {
    const { Writable } = require('stream');
    const { writeSync } = require('fs');
    SyncWriteStream = class SyncWriteStream extends Writable {
      constructor(descriptor) {
        super({ autoDestroy: true, decodeStrings: true });
        this.fd = descriptor;
      }
      _write(chunk, encoding, callback) {
        try {
          for (let offset = 0; offset < chunk.length;) {
            offset += writeSync(this.fd, chunk, offset, chunk.length - offset);
          }
        } catch (error) {
          callback(error);
          return;
        }
        callback();
      }
    };
  }
  return new SyncWriteStream(fd);
}

function makeNull() {
  const { Writable } = require('stream');
  return new Writable({ write: (chunk, encoding, callback) => callback() });
}

// Standard streams are never really closed: the descriptor stays open for what follows.
function keepOpen(error, callback) {
  callback(error);
  this._undestroy();
  if (!this._writableState.emitClose) process.nextTick(() => this.emit('close'));
}

function makeOutput(fd) {
  let stream;
  switch (guessType(fd)) {
    case 'TTY':
      stream = new (require('tty').WriteStream)(fd);
      stream._type = 'tty';
      break;
    case 'FILE':
      stream = makeSyncStream(fd);
      stream._type = 'fs';
      break;
    case 'PIPE':
    case 'TCP':
      stream = new (require('net').Socket)({ fd, readable: false, writable: true });
      stream._type = 'pipe';
      stream._handle?.unref();
      break;
    default:
      stream = makeNull();
  }
  stream.fd = fd;
  stream._isStdio = true;
  stream.destroySoon = stream.destroy;
  stream._destroy = keepOpen;
  return stream;
}

function makeInput() {
  const fd = 0;
  let stream;
  switch (guessType(fd)) {
    case 'TTY':
      stream = new (require('tty').ReadStream)(fd);
      break;
    case 'FILE':
      stream = new (require('fs').ReadStream)(null, { fd, autoClose: false });
      break;
    case 'PIPE':
    case 'TCP':
      stream = new (require('net').Socket)({ fd, readable: true, writable: false,
        manualStart: true });
      stream._type = 'pipe';
      break;
    default: {
      const { Readable } = require('stream');
      stream = new Readable({ read() {} });
      stream.push(null);
    }
  }
  stream.fd = fd;
  if (stream._handle?.readStop) {
    stream._handle.reading = false;
    stream._handle.readStop();
    // A paused stdin does not keep the process running.
    stream.on('pause', () => process.nextTick(() => {
      const handle = stream._handle;
      if (!handle?.reading || stream.readableFlowing) return;
      handle.reading = false;
      handle.readStop();
    }));
  }
  return stream;
}

module.exports = { setup };
