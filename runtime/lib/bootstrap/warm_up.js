'use strict';

// Runs a program while the snapshot is made, in a context that is thrown away: what it compiles
// lies in the snapshot for every program after it.

require('bootstrap/stopgaps').add();
require('bootstrap/main_thread');
