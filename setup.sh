#!/bin/sh
# Installs the system packages that the project needs and that are missing. Asks no questions.
set -eu

missing() {
    ! command -v pkg-config >/dev/null || ! pkg-config --exists pangocairo || ! command -v pandoc >/dev/null ||
        ! command -v fc-list >/dev/null || ! fc-list : family | grep -q '^Inter'
}

missing || exit 0

if command -v apt-get >/dev/null; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    echo 'Installing cairo, pango, pandoc and the Inter typeface …'
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        pkg-config libcairo2-dev libpango1.0-dev pandoc fontconfig fonts-inter >/dev/null
elif command -v brew >/dev/null; then
    echo 'Missing packages. Install them with:' >&2
    echo '    brew install pkg-config cairo pango pandoc && brew install --cask font-inter' >&2
    exit 1
else
    echo 'Missing packages. Install pkg-config, cairo, pango and pandoc (with headers) and the font Inter.' >&2
    exit 1
fi

if missing; then
    echo 'The packages were installed, but pangocairo, pandoc or the font Inter is still not found.' >&2
    exit 1
fi
