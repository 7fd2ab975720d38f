'use strict';

// How many colours a terminal shows, judged by the environment: 1, 4, 8 or 24 bits.

const { validateInteger } = require('internal/validators');

const kDeepTerminals = {
  'eterm': 4, 'cons25': 4, 'console': 4, 'cygwin': 4, 'dtterm': 4, 'gnome': 4, 'hurd': 4,
  'jfbterm': 4, 'konsole': 4, 'kterm': 4, 'mlterm': 24, 'mosh': 24, 'putty': 4, 'st': 4,
  'rxvt-unicode-24bit': 24, 'terminator': 24, 'xterm-kitty': 24,
};
const kFamilies = /ansi|color|linux|direct|^con\d*x\d|^rxvt|^screen|^xterm|^vt100|^vt220/;
const kCiWithColor = ['APPVEYOR', 'BUILDKITE', 'CIRCLECI', 'DRONE', 'GITEA_ACTIONS',
  'GITHUB_ACTIONS', 'GITLAB_CI', 'TRAVIS'];

function fromForced(value) {
  switch (value) {
    case '':
    case '1':
    case 'true':
      return 4;
    case '2':
      return 8;
    case '3':
      return 24;
    default:
      return 1;
  }
}

function fromCi(env) {
  if (kCiWithColor.some((name) => name in env) || env.CI_NAME === 'codeship') {
    return 'GITHUB_ACTIONS' in env || 'GITEA_ACTIONS' in env || 'CIRCLECI' in env ? 24 : 8;
  }
  return 1;
}

function getColorDepth(env = process.env) {
  if (env.FORCE_COLOR !== undefined) return fromForced(env.FORCE_COLOR);
  if (env.NODE_DISABLE_COLORS || env.NO_COLOR || env.TERM === 'dumb') return 1;
  if (env.TMUX) return 24;
  if (env.CI) return fromCi(env);
  if ('TEAMCITY_VERSION' in env) {
    return /^(?:9\.0*[1-9]\d*\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? 4 : 1;
  }
  if (env.TERM_PROGRAM === 'iTerm.app') {
    return !env.TERM_PROGRAM_VERSION || /^[0-2]\./.test(env.TERM_PROGRAM_VERSION) ? 8 : 24;
  }
  if (env.TERM_PROGRAM === 'HyperTerm' || env.TERM_PROGRAM === 'MacTerm') return 24;
  if (env.TERM_PROGRAM === 'Apple_Terminal') return 8;
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 24;
  if (env.TERM) {
    if (/truecolor/.test(env.TERM)) return 24;
    if (/^xterm-256/.test(env.TERM)) return 8;
    const term = env.TERM.toLowerCase();
    if (kDeepTerminals[term]) return kDeepTerminals[term];
    if (kFamilies.test(term)) return 4;
  }
  return env.COLORTERM ? 4 : 1;
}

function hasColors(count, env) {
  if (env === undefined && (count === undefined || (typeof count === 'object' && count !== null))) {
    env = count;
    count = 16;
  } else {
    validateInteger(count, 'count', 2);
  }
  return count <= 2 ** getColorDepth(env);
}

module.exports = { getColorDepth, hasColors };
