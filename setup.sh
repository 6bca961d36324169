#!/bin/sh
# Installs the system packages that the project needs and that are missing. Asks no questions. With --browser also those
# that `make browser` needs, with --slurm those that `make cluster` needs.
set -eu

has() { command -v "$1" >/dev/null; }

missing() {
    ! has pkg-config || ! pkg-config --exists pangocairo || ! has pandoc || ! has fc-list ||
        ! fc-list : family | grep -q '^Inter'
}

# The texts of the chapter on real words: the report can do without.
missing_wordnet() { [ -z "${WNSEARCHDIR-}" ] && [ ! -r /usr/share/wordnet/data.noun ]; }

missing_browser() { ! has chromium || ! has java || ! has epubcheck || ! has jq || ! python3 -c 'import ensurepip, venv' 2>/dev/null; }

missing_slurm() { ! has slurmctld || ! has slurmd || ! has sbatch || ! has munged; }

install() {
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if missing; then
    if has apt-get; then
        echo 'Installing cairo, pango, pandoc and the Inter typeface …'
        install pkg-config libcairo2-dev libpango1.0-dev pandoc fontconfig fonts-inter
    elif has brew; then
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
fi

if missing_wordnet; then
    if has apt-get; then
        echo 'Installing WordNet …'
        install wordnet-base
    elif ! { has brew && [ -r "$(brew --prefix)/opt/wordnet/dict/data.noun" ]; }; then
        echo 'WordNet is not there, so the chapter on real words will be skipped. To have it, install wordnet' >&2
        echo '(with Homebrew: brew install wordnet), or set WNSEARCHDIR to the folder of its data files.' >&2
    fi
fi

if [ "${1-}" = --browser ] && missing_browser; then
    if ! has apt-get; then
        echo 'Missing programs. Install chromium, a Java runtime, epubcheck, jq, and Python with venv.' >&2
        exit 1
    fi
    echo 'Installing Chromium, Java, epubcheck, jq and Python’s venv …'
    install chromium default-jre-headless epubcheck jq python3-venv
fi

if [ "${1-}" = --slurm ] && missing_slurm; then
    if ! has apt-get; then
        echo 'Missing programs. Install slurmctld, slurmd, sbatch and munged.' >&2
        exit 1
    fi
    echo 'Installing Slurm and munge …'
    install slurmctld slurmd slurm-client munge
fi
