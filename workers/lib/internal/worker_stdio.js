'use strict';

// stdin, stdout and stderr of a worker: streams whose chunks travel as messages on the control
// channel. The writer goes on until kHighWater bytes are unacknowledged.

const { Readable, Writable } = require('stream');

const kHighWater = 1 << 20;

class ForwardingWritable extends Writable {
  #post;
  #hold;
  #name;
  #unacknowledged = 0;
  #waiting;
  #isUnlimited = false;

  // `hold(true)` keeps the thread alive while the other side must take chunks first.
  constructor(post, name, hold) {
    super({ decodeStrings: false });
    this.#post = post;
    this.#name = name;
    this.#hold = hold;
    this.fd = name === 'stdout' ? 1 : name === 'stderr' ? 2 : undefined;
    this._isStdio = name !== 'stdin';
    // A failing write must not end the worker, and no one closes its standard streams.
    if (this._isStdio) this.destroySoon = this.destroy;
  }

  _writev(chunks, callback) {
    const list = chunks.map(({ chunk, encoding }) => ({ chunk, encoding }));
    for (const { chunk } of list) this.#unacknowledged += chunk.length;
    this.#post({ type: 'stdio', stream: this.#name, chunks: list });
    // At once, not later: what a worker writes just before process.exit() must leave it.
    if (this.#unacknowledged < kHighWater || this.#isUnlimited) {
      callback();
    } else {
      this.#waiting = callback;
      this.#hold?.(true);
    }
  }

  _write(chunk, encoding, callback) {
    this._writev([{ chunk, encoding }], callback);
  }

  _final(callback) {
    this.#post({ type: 'stdio', stream: this.#name, chunks: null });
    callback();
  }

  // The other side has taken that many.
  acknowledge(count) {
    this.#unacknowledged -= count;
    if (this.#unacknowledged < kHighWater) this.#resume();
  }

  // Before the thread ends: everything leaves now.
  flush() {
    this.#isUnlimited = true;
    this.#resume();
  }

  #resume() {
    if (this.#waiting === undefined) return;
    const callback = this.#waiting;
    this.#waiting = undefined;
    this.#hold?.(false);
    callback();
  }
}

class ForwardingReadable extends Readable {
  #acknowledge;

  constructor(acknowledge) {
    super({ highWaterMark: kHighWater });
    this.#acknowledge = acknowledge;
  }

  _read() {}

  take(chunks) {
    if (chunks === null) {
      this.push(null);
      return;
    }
    let count = 0;
    for (const { chunk, encoding } of chunks) {
      count += chunk.length;
      this.push(toBuffer(chunk, encoding));
    }
    this.#acknowledge(count);
  }
}

function toBuffer(chunk, encoding) {
  const { Buffer } = require('buffer');
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

module.exports = { ForwardingReadable, ForwardingWritable, toBuffer };
