#!/usr/bin/env bash
# Builds the static C programs into build/. Usage: tests/binaries.sh
set -Eeuo pipefail
cd "$(dirname "$0")/.."

make --no-print-directory -f su-exec/build.mk build/su-exec
make --no-print-directory -f entrypoint/build.mk build/entrypoint
make --no-print-directory --jobs 2 -f plimsoll/build.mk build/plimsoll
ls -l build/su-exec build/entrypoint build/plimsoll
