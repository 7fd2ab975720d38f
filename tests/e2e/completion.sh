#!/bin/sh
# completion.sh <gyre>: the completions of bash, zsh and fish in the shells themselves, as far as they
# are here, and whether every command and option that --help knows is a candidate. GYRE_ZSH and
# GYRE_FISH name executables beside those on PATH. Says which shells were not tried.
gyre=$1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
HOME=$scratch
PATH=$(dirname "$gyre"):$PATH
export HOME PATH
mkdir "$scratch/project" && cd "$scratch/project" || exit 1
cat > package.json <<'END'
{"name": "completed", "version": "1.0.0", "scripts": {"build:prod": "x", "test": "y"},
 "dependencies": {"left": "1"}}
END
touch archive.tgz
failures=0

check() { # check <what> <expected> <actual>
  if [ "$2" = "$3" ]; then
    echo "ok    $1"
  else
    echo "FAIL  $1: expected"
    echo "$2" | sed 's/^/      /'
    echo "      got"
    echo "$3" | sed 's/^/      /'
    failures=$((failures + 1))
  fi
}

candidates() { "$gyre" completion --line "$1"; }

# The first column of a part of the help: "-w,--workspace TEXT ...  Only this one".
column() { sed -n "/^$1:/,/^\$/s/^  \\([^ ][^ ]*\\).*/\\1/p" | tr , '\n' | sed 's/{.*}//'; }

commands=$("$gyre" --help | column Commands)
[ -n "$commands" ] || check "--help lists commands" some none
known=$(candidates "gyre ")
missing=
for command in $commands; do
  echo "$known" | grep -qx -e "$command" || missing="$missing $command"
  offered=$(candidates "gyre $command -")
  options=$("$gyre" "$command" --help | column Options)
  [ -n "$options" ] || missing="$missing $command(options)"
  for option in $options; do
    echo "$offered" | grep -qx -e "$option" || missing="$missing $command:$option"
  done
done
check "every command and option of --help is a candidate" "" "$missing"

if command -v bash > /dev/null; then
  # What is put in place of the word: readline breaks words at colons.
  check "bash" "prod" "$(bash -c 'eval "$(gyre completion bash)"
    COMP_LINE="gyre run build:p" COMP_POINT=16; _gyre; echo "${COMPREPLY[@]}"')"
  check "bash knows both commands" "2" "$(bash -c 'eval "$(gyre completion bash)"
    complete -p gyre gyrex | grep -c -- "-F _gyre"')"
else
  echo "skip  bash is not here"
fi

fish=${GYRE_FISH:-$(command -v fish)}
if [ -n "$fish" ]; then
  complete_in_fish() {
    "$fish" --no-config -c "gyre completion fish | source; complete -C '$1'" | cut -f 1 | sort
  }
  check "fish: a command" "rebuild" "$(complete_in_fish 'gyre reb')"
  check "fish: with its description" "rebuild	$("$gyre" --help | sed -n 's/^  rebuild *//p')" \
    "$("$fish" --no-config -c "gyre completion fish | source; complete -C 'gyre reb'")"
  check "fish: scripts" "build:prod
test" "$(complete_in_fish 'gyre run ')"
  check "fish: an option" "--if-present" "$(complete_in_fish 'gyre run --if')"
  check "fish: files where nothing else fits" "archive.tgz" "$(complete_in_fish 'gyre pack arch')"
  check "fish: no files where something does" "bash
fish
zsh" "$(complete_in_fish 'gyre completion ')"
else
  echo "skip  fish is not here"
fi

zsh=${GYRE_ZSH:-$(command -v zsh)}
if [ -n "$zsh" ]; then
  # A terminal of its own, in which somebody types; the answer is the line after each tab.
  cat > "$scratch/type.zsh" <<'END'
zmodload zsh/zpty
zpty shell "$1 -f -i"
setup="PS1=; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D
eval \"\$(gyre completion zsh)\"; bindkey '^I' complete-word; print LOADED-\$((1 + 1))"
zpty -w shell "$setup"
zpty -r -m shell seen '*LOADED-2*'
for typed in "${@:2}"; do
  zpty -w -n shell "$typed"$'\t\C-a'"print -r -- 'ANSWER<"$'\C-e'">'"$'\n'
  zpty -r -m shell seen $'*\nANSWER<*>*'
  print -r -- "${${seen##*$'\n'ANSWER<}%%>*}"
done
zpty -d shell
END
  check "zsh: a command, a script, an option, a file" "gyre rebuild
gyre run build:prod
gyre run --if-present
gyre pack archive.tgz" "$(timeout 60 "$zsh" -f "$scratch/type.zsh" "$zsh" \
    'gyre reb' 'gyre run buil' 'gyre run --if' 'gyre pack arch')"
else
  echo "skip  zsh is not here"
fi
[ $failures -eq 0 ]
