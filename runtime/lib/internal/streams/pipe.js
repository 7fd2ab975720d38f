'use strict';

// Readable.prototype.pipe. Unlike the package's, what dest.write() throws becomes dest's error: one
// wrong chunk must not end the process.

const { prependListener } = require('internal/streams/package').load(
  'lib/internal/streams/legacy');
const { errorOrDestroy } = require('internal/streams/package').load(
  'lib/internal/streams/destroy');

// One pipe: the listeners on both ends and what removes them.
class Pipe {
  constructor(source, dest) {
    this.source = source;
    this.dest = dest;
    this.state = source._readableState;
    this.done = false;
    this.drains = false;
    for (const name of ['onUnpipe', 'onData', 'onEnd', 'onDrain', 'onError', 'onClose', 'onFinish',
                        'unpipe']) {
      this[name] = this[name].bind(this);
    }
  }

  start(ends) {
    const { source, dest, state } = this;
    this.endListener = ends ? this.onEnd : this.unpipe;
    if (state.endEmitted) process.nextTick(this.endListener);
    else source.once('end', this.endListener);
    dest.on('unpipe', this.onUnpipe);
    source.on('data', this.onData);
    // Before the listeners of users.
    prependListener(dest, 'error', this.onError);
    dest.once('close', this.onClose);
    dest.once('finish', this.onFinish);
    dest.emit('pipe', source);
    if (dest.writableNeedDrain === true) this.pause();
    else if (!state.flowing) source.resume();
  }

  onData(chunk) {
    let accepted;
    try {
      accepted = this.dest.write(chunk);
    } catch (error) {
      this.dest.destroy(error);
      return;
    }
    if (accepted === false) this.pause();
  }

  // Waits for dest's 'drain', unless it was unpiped during the write.
  pause() {
    const { source, dest, state } = this;
    if (!this.done) {
      if (state.pipes.length === 1 && state.pipes[0] === dest) {
        state.awaitDrainWriters = dest;
        state.multiAwaitDrain = false;
      } else if (state.pipes.length > 1 && state.pipes.includes(dest)) {
        state.awaitDrainWriters.add(dest);
      }
      source.pause();
    }
    if (!this.drains) {
      this.drains = true;
      dest.on('drain', this.onDrain);
    }
  }

  onDrain() {
    const { source, dest, state } = this;
    if (state.awaitDrainWriters === dest) {
      state.awaitDrainWriters = null;
    } else if (state.multiAwaitDrain) {
      state.awaitDrainWriters.delete(dest);
    }
    const waits = state.awaitDrainWriters && state.awaitDrainWriters.size !== 0;
    if (!waits && source.listenerCount('data') > 0) source.resume();
  }

  onEnd() {
    this.dest.end();
  }

  onError(error) {
    const { dest } = this;
    this.unpipe();
    dest.removeListener('error', this.onError);
    if (dest.listenerCount('error') > 0) return;
    const state = dest._writableState || dest._readableState;
    // Someone emitted 'error' by hand.
    if (state && !state.errorEmitted) errorOrDestroy(dest, error);
    else dest.emit('error', error);
  }

  onClose() {
    this.dest.removeListener('finish', this.onFinish);
    this.unpipe();
  }

  onFinish() {
    this.dest.removeListener('close', this.onClose);
    this.unpipe();
  }

  unpipe() {
    this.source.unpipe(this.dest);
  }

  onUnpipe(readable, info) {
    if (readable !== this.source || info?.hasUnpiped !== false) return;
    info.hasUnpiped = true;
    this.cleanUp();
  }

  cleanUp() {
    const { source, dest, state } = this;
    dest.removeListener('close', this.onClose);
    dest.removeListener('finish', this.onFinish);
    if (this.drains) dest.removeListener('drain', this.onDrain);
    dest.removeListener('error', this.onError);
    dest.removeListener('unpipe', this.onUnpipe);
    source.removeListener('end', this.endListener);
    source.removeListener('data', this.onData);
    this.done = true;
    // A source that waits for this dest would wait for ever.
    if (this.drains && state.awaitDrainWriters &&
        (!dest._writableState || dest._writableState.needDrain)) {
      this.onDrain();
    }
  }
}

function pipe(dest, options) {
  const state = this._readableState;
  if (state.pipes.length === 1 && !state.multiAwaitDrain) {
    state.multiAwaitDrain = true;
    state.awaitDrainWriters = new Set(state.awaitDrainWriters ? [state.awaitDrainWriters] : []);
  }
  state.pipes.push(dest);
  const ends = (!options || options.end !== false) && dest._isStdio !== true;
  new Pipe(this, dest).start(ends);
  return dest;
}

module.exports = { pipe };
