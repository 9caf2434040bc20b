#!/bin/sh
# Makes src/parser.c from grammar.js again, runs the corpus, and writes src/DIGEST, by which
# `make check` sees that the generated parser is current. Needs cargo the first time only.
set -eu

version=0.27.1
root="${XDG_CACHE_HOME:-$HOME/.cache}/axiom-build/tree-sitter-cli"
tool="$root/bin/tree-sitter"
cd "$(dirname "$0")"

if ! [ -x "$tool" ] || [ "$("$tool" --version | cut -d ' ' -f 2)" != "$version" ]; then
  if ! command -v cargo > /dev/null; then
    echo "cargo was not found. It builds the generator: install Rust 1.90 or newer." >&2
    exit 3
  fi
  echo "Installing tree-sitter-cli $version into $root; this takes some minutes."
  cargo install tree-sitter-cli --locked --version "$version" --root "$root"
fi

"$tool" generate
sha256sum grammar.js src/scanner.c src/parser.c > src/DIGEST
"$tool" test
