'use strict';

// Turns what a terminal sends into 'keypress' events (text, { sequence, name, ctrl, meta, shift }).

const { StringDecoder } = require('string_decoder');

const kDecoder = Symbol('keypressDecoder');
const kEscape = '\x1b';

// Final part of an escape sequence ("[A", "OP", "[3~" without modifiers) -> name.
const kNames = {
  __proto__: null,
  'OP': 'f1', 'OQ': 'f2', 'OR': 'f3', 'OS': 'f4', '[P': 'f1', '[Q': 'f2', '[R': 'f3', '[S': 'f4',
  '[11~': 'f1', '[12~': 'f2', '[13~': 'f3', '[14~': 'f4', '[[A': 'f1', '[[B': 'f2', '[[C': 'f3',
  '[[D': 'f4', '[[E': 'f5', '[15~': 'f5', '[17~': 'f6', '[18~': 'f7', '[19~': 'f8', '[20~': 'f9',
  '[21~': 'f10', '[23~': 'f11', '[24~': 'f12',
  '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', '[E': 'clear', '[F': 'end', '[H': 'home',
  'OA': 'up', 'OB': 'down', 'OC': 'right', 'OD': 'left', 'OE': 'clear', 'OF': 'end', 'OH': 'home',
  '[1~': 'home', '[2~': 'insert', '[3~': 'delete', '[4~': 'end', '[5~': 'pageup',
  '[6~': 'pagedown', '[[5~': 'pageup', '[[6~': 'pagedown', '[7~': 'home', '[8~': 'end',
  '[200~': 'paste-start', '[201~': 'paste-end',
};
// rxvt: the letter or sign says shift or control.
const kShifted = {
  __proto__: null,
  '[a': 'up', '[b': 'down', '[c': 'right', '[d': 'left', '[e': 'clear', '[2$': 'insert',
  '[3$': 'delete', '[5$': 'pageup', '[6$': 'pagedown', '[7$': 'home', '[8$': 'end', '[Z': 'tab',
};
const kControlled = {
  __proto__: null,
  'Oa': 'up', 'Ob': 'down', 'Oc': 'right', 'Od': 'left', 'Oe': 'clear', '[2^': 'insert',
  '[3^': 'delete', '[5^': 'pageup', '[6^': 'pagedown', '[7^': 'home', '[8^': 'end',
};

function nameSequence(code, modifier, key) {
  key.ctrl = (modifier & 4) !== 0;
  key.meta = (modifier & 10) !== 0;
  key.shift = (modifier & 1) !== 0;
  key.code = code;
  if (kNames[code] !== undefined) {
    key.name = kNames[code];
  } else if (kShifted[code] !== undefined) {
    key.name = kShifted[code];
    key.shift = true;
  } else if (kControlled[code] !== undefined) {
    key.name = kControlled[code];
    key.ctrl = true;
  } else {
    key.name = 'undefined';
  }
}

// One character that is no escape sequence; `escaped`: ESC stood before it.
function nameCharacter(character, escaped, key) {
  if (character === '\r') {
    key.name = 'return';
    key.meta = escaped;
  } else if (character === '\n') {
    key.name = 'enter';
    key.meta = escaped;
  } else if (character === '\t') {
    key.name = 'tab';
    key.meta = escaped;
  } else if (character === '\b' || character === '\x7f') {
    key.name = 'backspace';
    key.meta = escaped;
  } else if (character === kEscape) {
    key.name = 'escape';
    key.meta = escaped;
  } else if (character === ' ') {
    key.name = 'space';
    key.meta = escaped;
  } else if (!escaped && character <= '\x1a') {
    key.name = String.fromCharCode(character.charCodeAt(0) + 96);
    key.ctrl = true;
  } else if (/^[0-9A-Za-z]$/.test(character)) {
    key.name = character.toLowerCase();
    key.shift = /^[A-Z]$/.test(character);
    key.meta = escaped;
  } else if (escaped) {
    key.name = character === '' ? 'escape' : undefined;
    key.meta = true;
  }
}

// The rest of an escape sequence after ESC and `first` ("O" or "["); fills `key` in.
function* decodeSequence(first, key) {
  let character = yield;
  let rest = character;
  let code = first;
  let modifier = 0;
  if (first === 'O') {
    if (character >= '0' && character <= '9') {
      modifier = Number(character) - 1;
      rest += (character = yield);
    }
    code += character;
  } else {
    if (character === '[') {
      code += character;
      rest += (character = yield);
    }
    const start = rest.length - 1;
    for (let digits = 0; character >= '0' && character <= '9' && digits < 3; digits++) {
      rest += (character = yield);
    }
    if (character === ';') {
      rest += (character = yield);
      while (character >= '0' && character <= '9') rest += (character = yield);
    }
    const [name, bits] = readCommand(rest.slice(start));
    code += name;
    modifier = bits;
  }
  nameSequence(code, modifier, key);
  return first + rest;
}

// "3;5~" -> ["3~", 4]
function readCommand(command) {
  let match = /^(?:(\d\d?)(?:;(\d+))?([~^$])|(\d{3}~))$/.exec(command);
  if (match !== null) return [match[4] ?? match[1] + match[3], (match[2] ?? 1) - 1];
  match = /^(?:(?:\d;)?(\d))?([A-Za-z])$/.exec(command);
  if (match !== null) return [match[2], (match[1] ?? 1) - 1];
  return [command, 0];
}

// Receives one character at a time through next(); yields for more.
function* decodeKeys(stream) {
  while (true) {
    let character = yield;
    let sequence = character;
    const escaped = character === kEscape;
    const key = {
      sequence: undefined, name: undefined, ctrl: false, meta: false, shift: false,
    };
    if (escaped) {
      sequence += (character = yield);
      if (character === kEscape) sequence += (character = yield);
    }
    if (escaped && (character === 'O' || character === '[')) {
      sequence = sequence.slice(0, -1) + (yield* decodeSequence(character, key));
    } else {
      nameCharacter(character, escaped, key);
    }
    key.sequence = sequence;
    if (sequence.length !== 0 && (key.name !== undefined || escaped)) {
      stream.emit('keypress', escaped ? undefined : sequence, key);
    } else if (charLength(sequence, 0) === sequence.length) {
      stream.emit('keypress', sequence, key);
    }
    // Anything else is a broken sequence: dropped.
  }
}

// UTF-16 units of the character at `index` / before `index`.
function charLength(text, index) {
  if (index >= text.length) return 1;
  return text.codePointAt(index) >= 0x10000 ? 2 : 1;
}
function charLengthBefore(text, index) {
  if (index <= 0) return 0;
  return index > 1 && text.codePointAt(index - 2) >= 0x10000 ? 2 : 1;
}

class KeypressSource {
  constructor(stream, owner) {
    this.stream = stream;
    this.owner = owner;
    this.decoder = new StringDecoder('utf8');
    this.keys = decodeKeys(stream);
    this.keys.next();
    this.timer = undefined;
    this.onData = (chunk) => { this.read(chunk); };
    this.onListener = (name) => {
      if (name !== 'keypress') return;
      stream.on('data', this.onData);
      stream.removeListener('newListener', this.onListener);
    };
    if (stream.listenerCount('keypress') > 0) stream.on('data', this.onData);
    else stream.on('newListener', this.onListener);
  }

  read(chunk) {
    const { stream } = this;
    if (stream.listenerCount('keypress') === 0) {
      stream.removeListener('data', this.onData);
      stream.on('newListener', this.onListener);
      return;
    }
    const text = this.decoder.write(chunk);
    if (text === '') return;
    clearTimeout(this.timer);
    let length = 0;
    const { owner } = this;
    if (owner) owner._sawKeyPress = charLength(text, 0) === text.length;
    if (owner) owner.isCompletionEnabled = false;
    for (const character of text) {
      length += character.length;
      // Only the last character may be the start of a longer sequence or the completion key.
      if (owner && length === text.length) owner.isCompletionEnabled = true;
      try {
        this.keys.next(character);
        if (length === text.length && character === kEscape) this.waitForMore();
      } catch (error) {
        // A listener threw: the next character begins afresh.
        this.keys = decodeKeys(stream);
        this.keys.next();
        throw error;
      }
    }
  }

  // A lone ESC is the escape key unless more comes soon.
  waitForMore() {
    const wait = this.owner?.escapeCodeTimeout ?? 500;
    this.timer = setTimeout(() => { this.keys.next(''); }, wait);
  }
}

function emitKeypressEvents(stream, owner) {
  if (stream[kDecoder] !== undefined) return;
  stream[kDecoder] = new KeypressSource(stream, owner);
}

module.exports = { charLength, charLengthBefore, emitKeypressEvents };
