'use strict';
function EventEmitter() { this._events ??= Object.create(null); }
EventEmitter.prototype.on = function(n, f) { this._events ??= Object.create(null); (this._events[n] ??= []).push(f); return this; };
EventEmitter.prototype.emit = function(n, ...a) { const l = this._events?.[n]; if (!l) return false; for (const f of [...l]) f.apply(this, a); return true; };
EventEmitter.EventEmitter = EventEmitter;
module.exports = EventEmitter;
